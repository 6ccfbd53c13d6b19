import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Answer, Call, Fault } from '../test/kit/faults/proxy.ts';
import { numberBetween, type Random } from '../test/kit/faults/random.ts';
import { OF_DYNAMODB } from '../test/kit/faults/refused.ts';
import { unprocessed } from '../test/kit/faults/unprocessed.ts';
import { unprocessedKeys } from '../test/kit/faults/unprocessed-keys.ts';
import { canonicalKey } from './canonical.ts';
import { type FaultKind, type FaultPlace, type PlannedFault, STORIES, type Story } from './fault-kind.ts';
import { HASH, keyNames, keyValue, pick, RANGE, randomItems } from './random-table.ts';
import { Strikes } from './strikes.ts';

type Input = Readonly<Record<string, unknown>>;
type Strike = (call: Call, pass: (body?: Buffer) => Promise<Answer>) => Promise<Answer>;

const TYPE = 'application/x-amz-json-1.0';
const WRITES = /^(?:BatchWriteItem|PutItem|DeleteItem|UpdateItem)$/;
const [THROTTLED, OVER_PROVISIONED, BROKEN] = OF_DYNAMODB;

/** A key that no item of a table has. */
const NO_ITEM = 60_000;

export function inputOf({ body }: Call): Input {
  return JSON.parse(body.toString('utf8')) as Input;
}

export const NETWORK_KINDS: readonly FaultKind[] = [
  every('write answered with 200 and an empty body', ['restore', 'copy'], ({ random }) =>
    on(WRITES, fewOrLasting(random), notCarriedOut(random, Buffer.alloc(0))),
  ),
  every('write answered with 200 and {}', ['restore', 'copy'], ({ random }) =>
    on(/^BatchWriteItem$/, fewOrLasting(random), notCarriedOut(random, Buffer.from('{}'))),
  ),
  every('unprocessed items', ['restore', 'copy'], ({ random }) => counted(unprocessed(0.5, random))),
  every('unprocessed keys', ['copy'], ({ random }) => counted(unprocessedKeys(0.5, random))),
  every('throttling', STORIES, ({ random }) =>
    on(/./, Strikes.few(random, { most: 2 }), async () => answer(pick(random, [THROTTLED, OVER_PROVISIONED]))),
  ),
  every('HTTP 500', STORIES, ({ random }) => on(/./, fewOrLasting(random), async () => answer(BROKEN))),
  every('connection cut before the request was carried out', STORIES, ({ random }) =>
    on(/./, fewOrLasting(random), async () => {
      throw new Error('The connection is cut.');
    }),
  ),
  every('connection cut after the request was carried out', STORIES, ({ random }) =>
    on(/./, Strikes.few(random), async (_, pass) => {
      await pass();
      throw new Error('The connection is cut.');
    }),
  ),
  every('response truncated', STORIES, ({ random }) =>
    on(/./, fewOrLasting(random), async (_, pass) => {
      const given = await pass();
      return { ...given, cutAfter: numberBetween(random, 0, given.body.length - 1), fault: true };
    }),
  ),
  every('response bytes altered', STORIES, ({ random }) =>
    on(/^(?:Scan|BatchWriteItem|BatchGetItem|PutItem)$/, fewOrLasting(random), async (_, pass) =>
      altered(await pass(), random),
    ),
  ),
  every('slow answers', STORIES, ({ random }) =>
    on(/./, Strikes.few(random), async (_, pass) => {
      await sleep(numberBetween(random, 300, 3_000));
      return pass();
    }),
  ),
  {
    ...every('answer that never comes', STORIES, ({ random }) =>
      on(/./, Strikes.one(random, 3), () => new Promise<Answer>(() => undefined)),
    ),
    // The command waits a minute for it.
    needs: { seconds: 180 },
    rarity: 8,
  },
  {
    ...every('empty first page with a LastEvaluatedKey', STORIES, emptyFirstPage),
    needs: { pages: true, target: 'full' },
  },
  {
    ...every('LastEvaluatedKey that comes again forever', ['backup', 'verify', 'copy'], (place) =>
      repeatedPage(place, Number.POSITIVE_INFINITY),
    ),
    needs: { pages: true },
  },
  {
    ...every('page that comes twice', ['backup', 'verify', 'copy'], (place) => repeatedPage(place, 1)),
    needs: { pages: true },
  },
  {
    ...every('last key lost', ['backup', 'verify', 'copy'], lastKeyLost),
    needs: { pages: true },
  },
  every('DescribeTable and its sisters refused', STORIES, ({ random }) =>
    on(/^(?:Describe|List)/, fewOrLasting(random), async () => answer(pick(random, OF_DYNAMODB.slice(0, 3)))),
  ),
  {
    ...every('table deleted and made again during the command', STORIES, recreatedTable),
    needs: { pages: true },
  },
];

/** Those that may come along with any other. */
export const MILD_KINDS: readonly FaultKind[] = NETWORK_KINDS.filter(({ name }) =>
  [
    'unprocessed items',
    'throttling',
    'slow answers',
    'response truncated',
    'response bytes altered',
    'connection cut before the request was carried out',
    'connection cut after the request was carried out',
  ].includes(name),
);

function every(name: string, stories: readonly Story[], plan: (place: FaultPlace) => PlannedFault): FaultKind {
  return { name, stories, plan };
}

function fewOrLasting(random: Random): Strikes {
  return random() < 0.3 ? Strikes.lasting(random) : Strikes.few(random);
}

function on(action: RegExp, strikes: Strikes, strike: Strike): PlannedFault {
  return {
    network: (call, pass) => (action.test(call.action) && strikes.next() ? strike(call, pass) : pass()),
    struck: () => strikes.hits > 0,
  };
}

/** A fault of the tests, which marks the answers that it made. */
function counted(fault: Fault): PlannedFault {
  let hits = 0;
  return {
    network: async (call, pass) => {
      const given = await fault(call, pass);
      if (given.fault) hits += 1;
      return given;
    },
    struck: () => hits > 0,
  };
}

function answer(given: Answer | undefined): Answer {
  if (given === undefined) throw new Error('There is no such answer.');
  return given;
}

function notCarriedOut(random: Random, body: Buffer): Strike {
  const carriedOut = random() < 0.3;
  return async (_, pass) => {
    if (carriedOut) await pass();
    return { status: 200, type: TYPE, body, fault: true };
  };
}

/** One bit of the body is another; the checksum is still that of what DynamoDB sent. */
function altered(given: Answer, random: Random): Answer {
  if (given.body.length === 0) return given;
  const body = Buffer.from(given.body);
  const position = numberBetween(random, 0, body.length - 1);
  body.writeUInt8(body.readUInt8(position) ^ (1 << numberBetween(random, 0, 6)), position);
  return { ...given, body, headers: { 'x-amz-crc32': String(crc32(given.body)) }, fault: true };
}

/** A scan begins with an empty page, as it may where a filter or a deletion left nothing; the next page is the first one. */
function emptyFirstPage({ random, source: { shape } }: FaultPlace): PlannedFault {
  const key = {
    [HASH]: keyValue(shape.hash, NO_ITEM),
    ...(shape.range ? { [RANGE]: keyValue(shape.range, NO_ITEM) } : {}),
  };
  const names = keyNames(shape);
  const strikes = Strikes.few(random, { among: 3, most: 2 });
  return {
    network: async (call, pass) => {
      if (call.action !== 'Scan') return pass();
      const { ExclusiveStartKey: start, ...input } = inputOf(call);
      if (start === undefined || start === null) {
        if (!strikes.next()) return pass();
        const body = { Count: 0, Items: [], ScannedCount: 0, LastEvaluatedKey: key };
        return { status: 200, type: TYPE, body: Buffer.from(JSON.stringify(body)), fault: true };
      }
      const begins = canonicalKey(start as Input, names) === canonicalKey(key, names);
      return begins ? pass(Buffer.from(JSON.stringify(input))) : pass();
    },
    struck: () => strikes.hits > 0,
  };
}

/** A page with a start is answered with the page before it, whose last key is that start: once, or each time. */
function repeatedPage({ random }: FaultPlace, times: number): PlannedFault {
  const before = new Map<string, Answer>();
  const first = numberBetween(random, 1, 3);
  let seen = 0;
  let hits = 0;
  let struck: string | undefined;
  return {
    network: async (call, pass) => {
      if (call.action !== 'Scan') return pass();
      const { TableName, Segment, ExclusiveStartKey: start } = inputOf(call);
      const scan = `${TableName} ${Segment}`;
      const previous = before.get(scan);
      if (start !== undefined && previous !== undefined) {
        seen += 1;
        if (seen >= first && hits < times && (struck ?? scan) === scan) {
          struck = scan;
          hits += 1;
          return { ...previous, fault: true };
        }
      }
      const given = await pass();
      before.set(scan, given);
      return given;
    },
    struck: () => hits > 0,
  };
}

/** A page that is not the last one comes without its LastEvaluatedKey. */
function lastKeyLost({ random, story }: FaultPlace): PlannedFault {
  const strikes = Strikes.one(random, 3);
  let hits = 0;
  return {
    network: async (call, pass) => {
      const given = await pass();
      if (call.action !== 'Scan' || given.status !== 200) return given;
      const { LastEvaluatedKey: last, ...page } = JSON.parse(given.body.toString('utf8')) as Input;
      if (last === undefined || !strikes.next()) return given;
      hits += 1;
      return { ...given, body: Buffer.from(JSON.stringify(page)), fault: true };
    },
    struck: () => hits > 0,
    ...(story === 'backup' ? { demands: { warning: /far fewer than the [\d,]+ that DynamoDB estimates/ } } : {}),
  };
}

/** At some request the table that the command works on is deleted and made again under its name, with other items. */
function recreatedTable({ random, story, source, target }: FaultPlace): PlannedFault {
  const table = story === 'restore' || (story === 'copy' && random() < 0.5) ? target : source;
  const action = table === target && story !== 'verify' ? /^(?:BatchWriteItem|PutItem|Scan)$/ : /^Scan$/;
  const strikes = Strikes.one(random, 4);
  const items = randomItems(random, table.shape, { items: 15, padding: 0, everyItem: false }, 1_000);
  return {
    network: async (call, pass) => {
      if (action.test(call.action) && call.body.includes(`"${table.name}"`) && strikes.next()) {
        await table.delete();
        await table.create();
        if (table === source) await table.put(items);
      }
      return pass();
    },
    struck: () => strikes.hits > 0,
    demands: { replacedTable: true },
  };
}
