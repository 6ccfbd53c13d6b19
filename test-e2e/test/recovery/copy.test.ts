import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  PutItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { compareTables } from '@cumulus/dynamodb/recovery';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, ownFolder, sizeOf } from '@cumulus/test-kit';
import { client, type Item, itemsOf, ownTables, putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyAttributes } from '../kit/any-item.ts';
import { cumulusApi, cumulusApiResult, host, resultOf } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import { cutOff } from '../kit/faults/cut-off.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { SEED, seededRandom } from '../kit/faults/random.ts';
import { type RecordedRequest, recorded } from '../kit/faults/recorded.ts';
import { refused } from '../kit/faults/refused.ts';
import { slow } from '../kit/faults/slow.ts';
import { unprocessed } from '../kit/faults/unprocessed.ts';
import { unprocessedKeys } from '../kit/faults/unprocessed-keys.ts';
import { granules } from '../kit/granules.ts';
import { itemsRaw, putRaw } from '../kit/raw-requests.ts';

interface Copied {
  readonly additions: number;
  readonly changes: number;
  readonly deletions: number;
  readonly written: number;
  readonly deleted: number;
  readonly differences: readonly { readonly kind: string; readonly key: object }[];
}

const NOTHING_TO_DO = { additions: 0, changes: 0, deletions: 0, written: 0, deleted: 0 };

/** The recovered items: 0 to 119. */
const RECOVERED = granules(120);

/** What a script made of them: 7 gone, 5 altered, 3 too many. */
function spoilt(): Item[] {
  const altered = RECOVERED.slice(7).map((item, index) => (index < 5 ? { ...item, status: { S: 'nonsense' } } : item));
  return [...altered, ...granules(3, 500)];
}

describe('a recovered table, copied back (on DynamoDB Local)', () => {
  const folder = ownFolder();
  const tables = ownTables();

  const twoTables = async (): Promise<readonly [from: string, to: string]> => [
    await tables.create(RECOVERED),
    await tables.create(spoilt()),
  ];

  test('gets exactly what differs, and then there is nothing to do', async () => {
    const [from, to] = await twoTables();
    const list = join(folder, 'differences.jsonl');
    const args = ['copy', '--from', from, '--to', to];
    const before = sorted(await itemsOf(to));

    const dry = await cumulusApiResult<Copied>([...args, '--dry-run', '--list', list]);
    expect(dry).toMatchObject({
      command: 'copy',
      table: to,
      source: from,
      dryRun: true,
      sourceItems: 120,
      targetItems: 116,
      same: 108,
      additions: 7,
      changes: 5,
      deletions: 3,
      unlisted: 0,
    });
    expect(dry.differences).toHaveLength(15);
    expect(sorted(await itemsOf(to))).toEqual(before);
    const lines = (await readFile(list, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).sort(byText)).toEqual([...dry.differences].sort(byText));
    expect((await stat(list)).mode & 0o777).toBe(0o600);

    const requests: RecordedRequest[] = [];
    await withFaults([recorded(requests)], async (proxy) => {
      const copied = await cumulusApiResult<Copied>([...args, '--yes', '--verify'], proxy);
      expect(copied).toMatchObject({ written: 12, deleted: 3, changedMeanwhile: 0, verified: { equal: true } });
    });
    const sent = requests.filter(({ action }) => action === 'BatchWriteItem');
    expect(sent.flatMap(({ input }) => Object.values(input['RequestItems'] as object).flat())).toHaveLength(15);
    expect(sorted(await itemsOf(to))).toEqual(sorted(await itemsOf(from)));

    const again = await cumulusApi(args);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toBe(`${to}: nothing to do, it is as ${from}; 120 the same\n`);
  });

  test('shows a person the first ten of each kind', async () => {
    const [from, to] = [await tables.create(granules(13)), await tables.create(granules(1, 900))];
    const { stdout } = await cumulusApi(['copy', '--from', from, '--to', to, '--dry-run']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`${to}: would get 13 additions, 0 changes and 1 deletion to be as ${from}; 0 the same`);
    expect(lines[1]).toBe('  addition: granuleId "MOD09GQ.A0000000"');
    expect(lines.slice(11)).toEqual(['  and 3 more additions', '  deletion: granuleId "MOD09GQ.A0000900"']);
  });

  test('asks before it changes or deletes, and needs no answer to add', async () => {
    const [from, to] = await twoTables();
    const before = sorted(await itemsOf(to));
    const refusal = await cumulusApi(['copy', '--from', from, '--to', to]);
    expect(refusal).toMatchObject({ code: 2, stdout: '' });
    expect(refusal.stderr).toContain('7 additions, 5 changes and 3 deletions');
    expect(refusal.stderr).toContain('--yes');
    expect(sorted(await itemsOf(to))).toEqual(before);

    const empty = await tables.create();
    expect(await cumulusApiResult(['copy', '--from', from, '--to', empty])).toMatchObject({ written: 120, deleted: 0 });
  });

  test('keeps what only the target has with --no-delete', async () => {
    const [from, to] = await twoTables();
    const args = ['copy', '--from', from, '--to', to, '--no-delete', '--yes', '--verify'];
    expect(await cumulusApiResult(args)).toMatchObject({ written: 12, deleted: 0, deletions: 0, kept: 3 });
    expect(await itemsOf(to)).toHaveLength(123);
    expect(await cumulusApiResult(args)).toMatchObject({ ...NOTHING_TO_DO, kept: 3, verified: { equal: true } });
  });

  // Of eight attempts of a request all fail once in 600,000 times.
  test(`is done in spite of throttling, errors, lost connections, and what stays unprocessed (seed ${SEED})`, async () => {
    const [from, to] = [await tables.create(granules(300)), await tables.create(granules(300, 150))];
    const random = seededRandom();
    await withFaults(
      [
        refused(0.1, random),
        unprocessed(0.5, random),
        unprocessedKeys(0.5, random),
        cutOff('BatchGetItem', 0.1, random),
      ],
      async (proxy) => {
        const copied = await cumulusApiResult(['copy', '--from', from, '--to', to, '--yes'], proxy);
        expect(copied).toMatchObject({ written: 150, deleted: 150 });
        expect(proxy.faults).toBeGreaterThan(3);
      },
    );
    expect(sorted(await itemsOf(to))).toEqual(sorted(await itemsOf(from)));
  }, 60_000);

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'goes on where it was ended by %s, given once more',
    async (signal) => {
      const [from, to] = [await tables.create(granules(400)), await tables.create(granules(400, 200))];
      const args = ['copy', '--from', from, '--to', to, '--yes', '--concurrency', '1'];
      const ended = await withFaults([slow('BatchWriteItem', 50)], async (proxy) => {
        const running = await host(args, proxy);
        // A few calls for descriptions and scans, then three a batch.
        void proxy.reached(30).then(() => running.kill(signal));
        return running.ended;
      });
      if (signal === 'SIGINT') {
        expect(ended.code).toBe(130);
        expect(ended.stderr).toContain('Repeat the command to copy what still differs.');
      } else {
        expect(ended.signal).toBe('SIGKILL');
      }
      const rest = await cumulusApiResult<Copied>(args);
      const writes = rest.written + rest.deleted;
      expect(writes).toBeGreaterThan(0);
      expect(writes).toBeLessThan(400);
      expect(sorted(await itemsOf(to))).toEqual(sorted(await itemsOf(from)));
    },
    60_000,
  );

  test('leaves alone what somebody writes to the target after the comparison, and fails', async () => {
    const [from, to] = await twoTables();
    const altered = { ...(RECOVERED[8] as Item), status: { S: 'somebody' } };
    let written = false;
    const meanwhile: Fault = async (call, pass) => {
      if (call.action === 'BatchGetItem' && !written) {
        written = true;
        await client.send(new PutItemCommand({ TableName: to, Item: altered }));
      }
      return pass();
    };
    await withFaults([meanwhile], async (proxy) => {
      const ended = await cumulusApi(['copy', '--from', from, '--to', to, '--yes', '--json'], proxy);
      expect(ended.code).toBe(1);
      expect(resultOf(ended.stdout)).toMatchObject({ written: 11, deleted: 3, changedMeanwhile: 1 });
      expect(ended.stderr).toContain(`1 item of ${to} were written by others`);
    });
    expect(await itemsOf(to)).toContainEqual(altered);
  });

  test('names the missing permission, and says how far it came', async () => {
    const [from, to] = await twoTables();
    for (const action of ['Scan', 'BatchGetItem', 'BatchWriteItem']) {
      await withFaults([refusedAs(action, 'AccessDeniedException', 'User is not authorized')], async (proxy) => {
        const ended = await cumulusApi(['copy', '--from', from, '--to', to, '--yes'], proxy);
        expect(ended).toMatchObject({ code: 1, stdout: '' });
        expect(ended.stderr).toContain(`Allow the IAM action dynamodb:${action}`);
      });
    }
    expect(await cumulusApiResult(['copy', '--from', from, '--to', to, '--dry-run'])).toMatchObject({ additions: 7 });
  });

  test('names the one item that DynamoDB does not take, and counts those that it took', async () => {
    const [from, to] = [await tables.create(granules(30)), await tables.create(granules(1))];
    const { granuleId } = granules(30)[17] as Item;
    const refusal = refusedAs('BatchWriteItem', 'ValidationException', 'Item size has exceeded', (input) =>
      JSON.stringify(input).includes(`"${granuleId?.S}"`),
    );
    await withFaults([refusal], async (proxy) => {
      const ended = await cumulusApi(['copy', '--from', from, '--to', to, '--yes', '--concurrency', '1'], proxy);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(`refused the item of granuleId "${granuleId?.S}": Item size has exceeded`);
      expect(ended.stderr).toContain(`stopped after ${(await itemsOf(to)).length - 1} items written`);
      expect(ended.stderr).not.toContain(`"${granules(30)[5]?.['granuleId']?.S}"`);
    });
  });

  test('refuses tables that do not go together before it writes', async () => {
    const [from, to] = [await tables.create(granules(3)), await tables.create([], ['granuleId', 'version'])];
    const otherKey = await cumulusApi(['copy', '--from', from, '--to', to, '--yes']);
    expect(otherKey.code).toBe(1);
    expect(otherKey.stderr).toContain('granuleId (HASH, S), version (RANGE, S)');
    expect((await cumulusApi(['copy', '--from', from, '--to', from])).code).toBe(2);
    const missing = await cumulusApi(['copy', '--from', tables.name(), '--to', from, '--yes']);
    expect(missing.stderr).toContain('does not exist');
    const place = join(folder, 'no', 'such', 'folder');
    const unwritable = await cumulusApi(['copy', '--from', from, '--to', await tables.create(), '--list', place]);
    expect(unwritable.stderr).toContain('no such file or directory');
  });

  test('compares in a second thread as in the first', async () => {
    const [source, target] = await twoTables();
    const found = await Promise.all(
      [false, true].map(async (secondThread) => {
        const { differences } = await compareTables({ client, source, target, secondThread });
        const { counts, named } = differences;
        await differences.close();
        return { counts, named };
      }),
    );
    expect(found[0]).toMatchObject({ counts: { same: 108, additions: 7, changes: 5, deletions: 3 } });
    expect(found[1]).toEqual(found[0]);
  });

  test('adds no item back whose time to live has passed', async () => {
    const past = { granuleId: { S: 'past' }, expirationTime: { N: String(Math.floor(Date.now() / 1000) - 3_600) } };
    const [from, to] = [await tables.create([...granules(2), past]), await tables.create()];
    const specification = { AttributeName: 'expirationTime', Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: to, TimeToLiveSpecification: specification }));
    const copied = await cumulusApiResult(['copy', '--from', from, '--to', to, '--verify']);
    expect(copied).toMatchObject({ additions: 2, expired: 1, written: 2, verified: { equal: true } });
  });

  test('refuses a table of other records, although the key is the same', async () => {
    const prefix = tables.name();
    await createDeployment({ client, prefix });
    const [from, to] = [`${prefix}-AsyncOperationsTable`, `${prefix}-ProvidersTable`];
    const ended = await cumulusApi(['copy', '--from', from, '--to', to, '--dry-run']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`${from} has records of the AsyncOperationsTable, ${to} is the ProvidersTable.`);
  });

  test('notes that a recount is due', async () => {
    const prefix = tables.name();
    await createDeployment({ client, prefix });
    const to = `${prefix}-GranulesTable`;
    const from = await tables.create(granules(3));
    const { stdout } = await cumulusApi(['copy', '--from', from, '--to', to]);
    expect(stdout).toContain(`cumulus-api counts recount --prefix ${prefix} --type granule`);
    expect(await cumulusApiResult(['copy', '--from', from, '--to', to])).toMatchObject({ recountDue: null });
  });
});

// dynalite refuses some of these values.
onDynamoDBLocal('a table of whatever DynamoDB can hold, copied to another', () => {
  const tables = ownTables();

  test('is what the other is then, as values', async () => {
    const contents = fc.array(fc.tuple(anyAttributes, anyAttributes, fc.nat(3)), { minLength: 1, maxLength: 25 });
    const property = fc.asyncProperty(contents, async (items) => {
      // An empty table is not copied.
      fc.pre(items.some(([, , where]) => where !== 0));
      const [from, to] = [await tables.create([], ['the-key']), await tables.create([], ['the-key'])];
      for (const [number, [ofSource, ofTarget, where]] of items.entries()) {
        if (where !== 0) await putRaw(from, withKey(ofSource, number));
        if (where !== 1) await putRaw(to, withKey(where === 2 ? ofSource : ofTarget, number));
      }
      const copied = await cumulusApiResult<Copied>(['copy', '--from', from, '--to', to, '--yes', '--verify']);
      expect(copied).toMatchObject({ verified: { equal: true } });
      expect(byKey(await itemsRaw(to))).toEqual(byKey(await itemsRaw(from)));
    });
    await fc.assert(property, { seed: SEED, numRuns: sizeOf({ usual: 4, whole: 8 }), endOnFailure: true });
  }, 120_000);

  test('keeps 38 digits, binary sets, odd names and lone surrogates', async () => {
    const [from, to] = [await tables.create([], ['the-key']), await tables.create([], ['the-key'])];
    await putRaw(
      from,
      withKey(
        '{"n":{"N":"12345678901234567890123456789012345678"},"bs":{"BS":["AA==","/w=="]},"lone":{"S":"\\ud83d"},' +
          '"ns":{"NS":["1","-1E-130"]},"__proto__":{"M":{"__proto__":{"S":"kept"}}}}',
        1,
      ),
    );
    expect(await cumulusApiResult(['copy', '--from', from, '--to', to])).toMatchObject({ written: 1 });
    expect(byKey(await itemsRaw(to))).toEqual(byKey(await itemsRaw(from)));
    expect(byKey(await itemsRaw(to)).join()).toContain('12345678901234567890123456789012345678');
    expect(byKey(await itemsRaw(to)).join()).toContain('"__proto__":{"M":{"__proto__":{"S":"kept"}}}');
  });

  test('has items that an index of the other would refuse: they are named before anything is written', async () => {
    const [from, to] = [await tables.create(granules(2)), await tables.create(granules(1, 50))];
    await putAll(from, [{ granuleId: { S: 'odd' }, collectionId: { N: '7' } }]);
    await client.send(
      new UpdateTableCommand({
        TableName: to,
        AttributeDefinitions: [
          { AttributeName: 'granuleId', AttributeType: 'S' },
          { AttributeName: 'collectionId', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'collectionId-index',
              KeySchema: [{ AttributeName: 'collectionId', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: to });
    await sleep(500);
    const ended = await cumulusApi(['copy', '--from', from, '--to', to, '--yes']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(
      'granuleId "odd": the index\'s key attribute collectionId is of type N instead of S',
    );
    expect(await itemsOf(to)).toHaveLength(1);
  });

  test('does not empty a table', async () => {
    const [from, to] = [await tables.create(), await tables.create([{ granuleId: { S: 'g' } }])];
    for (const option of ['--yes', '--dry-run']) {
      const ended = await cumulusApi(['copy', '--from', from, '--to', to, option]);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(`Table ${from} is empty: its copy would delete all of ${to} (1 item).`);
    }
    expect(await itemsOf(to)).toHaveLength(1);
  });
});

function withKey(attributes: string, number: number): string {
  const key = `"the-key":{"S":"k${number}"}`;
  return attributes === '{}' ? `{${key}}` : `{${key},${attributes.slice(1)}`;
}

function byKey(items: readonly object[]): string[] {
  return items.map((item) => JSON.stringify(sortedNames(item))).sort();
}

/** The order of attributes and map keys is chance. */
function sortedNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sortedNames(member)]));
}

function sorted(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => ((a['granuleId']?.S ?? '') < (b['granuleId']?.S ?? '') ? -1 : 1));
}

function byText(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
