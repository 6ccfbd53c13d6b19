import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describeUnless, ownBucket, ownFolder, ownMoto, sizeOf, whyNoMoto } from '@cumulus/test-kit';
import { itemsOf, ownTables, putAll } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults } from '../kit/command.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { refusedByS3 } from '../kit/faults/s3.ts';
import { granules } from '../kit/granules.ts';
import { largeItems } from './large-items.ts';

interface BackedUp {
  readonly file: string;
  readonly manifest: string;
  readonly items: number;
  readonly kept: readonly string[];
  readonly warning?: string;
}

// S3 is moto's here; DynamoDB is the tests' own.
describeUnless(await whyNoMoto(), 'backups in S3', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const tables = ownTables();
  let large: string;

  // Its backup takes two parts.
  beforeAll(async () => {
    large = await tables.create(largeItems(30));
  }, 60_000);

  const run = (...args: string[]) => cumulusApi(args, { environment: bucket.environment });
  const json = <T>(...args: string[]) => cumulusApiResult<T>(args, { environment: bucket.environment });
  /** Runs a command whose requests to S3 meet these faults. */
  const runWith = (faults: readonly Fault[], ...args: string[]) =>
    withFaults(faults, (proxy) => cumulusApi(args, { environment: proxy.environmentOfS3 }), moto.endpoint);
  const sorted = (items: readonly object[]): string[] => items.map((item) => JSON.stringify(item)).sort();

  test.each([
    ['as lines', '', []],
    ['gzipped', '.gz', ['--gzip']],
  ])('come back as they were, %s, and are named and described like those on disk', async (_, suffix, options) => {
    const table = await tables.create(granules(40));
    const backedUp = await json<BackedUp>('backup', '--table', table, '--to', bucket.url('a/b'), ...options);
    const url = bucket.url(`a/b/${table}.json${suffix}`);
    expect(backedUp).toMatchObject({ file: url, manifest: `${url}.manifest.json`, items: 40, kept: [] });
    expect(await bucket.keys(`a/b/${table}.json`)).toContain(`a/b/${table}.json${suffix}.manifest.json`);

    const { content, metadata } = await bucket.read(`a/b/${table}.json${suffix}`);
    const text = (suffix === '' ? content : gunzipSync(content)).toString('utf8');
    expect(text.trim().split('\n')).toHaveLength(40);
    const manifest = JSON.parse((await bucket.read(`a/b/${table}.json${suffix}.manifest.json`)).content.toString());
    expect(metadata).toEqual({ 'cumulus-backup-id': manifest.id });

    expect(await json('verify', url, '--table', table)).toMatchObject({ proved: true, equal: true, same: 40 });
    const target = tables.name();
    const restored = await run('restore', url, '--table', target, '--create-table', '--verify');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain(`from ${url}, proved by its manifest`);
    expect(sorted(await itemsOf(target))).toEqual(sorted(await itemsOf(table)));
    // Neither a lease nor a checkpoint stays.
    expect(await bucket.keys(`a/b/${table}.json${suffix}.`)).toEqual([`a/b/${table}.json${suffix}.manifest.json`]);
  });

  test('of several parts, of an empty table, and of a whole deployment', async () => {
    // At the whole size more parts than are sent at a time.
    const [items, parts] = sizeOf({ usual: [60, 3], whole: [150, 6] });
    const table = await tables.create(largeItems(items));
    const { file } = await json<BackedUp>('backup', '--table', table, '--to', bucket.url('large'));
    expect(await bucket.etag(`large/${table}.json`)).toMatch(new RegExp(`-${parts}"$`));
    expect(await json('verify', file, '--table', table)).toMatchObject({ proved: true, equal: true, same: items });

    const empty = await tables.create([]);
    const { file: emptyFile } = await json<BackedUp>('backup', '--table', empty, '--to', bucket.url('empty'));
    expect(await json('verify', emptyFile, '--table', empty)).toMatchObject({ proved: true, equal: true, items: 0 });

    const prefix = tables.name('dep');
    await cumulusApiResults(['tables', 'create', '--prefix', prefix]);
    await putAll(`${prefix}-GranulesTable`, granules(3));
    const { environment } = bucket;
    await cumulusApiResults(['backup', '--prefix', prefix, '--to', bucket.url('dep/')], { environment });
    const next = tables.name('next');
    const args = ['--directory', bucket.url('dep'), '--prefix', next];
    expect(await run('restore', ...args, '--create-table')).toMatchObject({ code: 0, stderr: '' });
    expect(await cumulusApiResults(['verify', ...args], { environment })).toHaveLength(11);
  }, 90_000);

  test('keeps earlier backups by copy inside S3, and one that has far more items', async () => {
    const table = await tables.create(granules(20));
    const backUp = (...args: string[]) =>
      json<BackedUp>('backup', '--table', table, '--to', bucket.url('keep'), ...args);
    await backUp();
    expect((await backUp()).kept).toHaveLength(1);
    const { kept } = await backUp('--keep', '2');
    expect(kept).toHaveLength(2);
    expect(kept[0]).toMatch(/^s3:\/\/recovery-tests\/keep\/.*\.\d{8}T\d{6}\.\d{3}Z\.json$/);
    expect((await backUp('--keep', '0')).kept).toEqual([]);

    // A table that lost most of what it had: the larger backup stays whatever is asked for.
    await bucket.reset('keep/', await bucket.all('keep/'));
    const fewer = await tables.create(granules(2));
    for (const { key, content, metadata } of await bucket.all('keep/')) {
      await bucket.put(key.replace(table, fewer), content, metadata);
    }
    const { warning, kept: spared } = await json<BackedUp>(
      'backup',
      '--table',
      fewer,
      '--to',
      bucket.url('keep'),
      '--keep',
      '0',
    );
    expect(warning).toContain('far fewer than the 20');
    expect(spared).toHaveLength(1);
    expect(await json('verify', spared[0] ?? '')).toMatchObject({ items: 20, proved: true });
  });

  test('are encrypted and stored as the command says', async () => {
    const table = await tables.create(granules(2));
    const place = ['--table', table, '--to', bucket.url('sse')];
    await json('backup', ...place, '--kms-key', 'alias/backups', '--storage-class', 'GLACIER_IR');
    const classOf = async (key: string): Promise<string> => {
      const status = await bucket.client.headObject({ Bucket: bucket.name, Key: key });
      expect(status).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/backups' });
      return status.StorageClass ?? 'STANDARD';
    };
    expect(await classOf(`sse/${table}.json`)).toBe('GLACIER_IR');
    expect(await classOf(`sse/${table}.json.manifest.json`)).toBe('STANDARD');

    const denial =
      'User: arn:aws:iam::123456789012:user/ops is not authorized to perform: s3:PutObject on resource: ' +
      '"arn:aws:s3:::recovery-tests/sse" with an explicit deny in a resource-based policy';
    const denied = refusedByS3(/^PUT /, 403, 'AccessDenied', {}, denial);
    const { code, stderr } = await runWith([denied], 'backup', ...place);
    expect(code).toBe(1);
    expect(stderr).toContain('A statement of a resource-based policy denies it.');
    expect(stderr).toContain('If the bucket requires encryption, use --sse and --kms-key.');
  });

  test('say by whose credentials they would be made, and that only where it is asked', async () => {
    const table = await tables.create(granules(1));
    const place = ['backup', '--table', table, '--to', bucket.url('whose')];
    const environment = { ...bucket.environment, AWS_ENDPOINT_URL_STS: moto.endpoint };
    const stderrOf = async (...options: string[]): Promise<string> =>
      (await cumulusApi([...place, ...options], { environment })).stderr;
    const said =
      'AWS identity: arn:aws:sts::123456789012:user/moto, account 123456789012; by the keys in the environment\n';
    expect(await stderrOf('--dry-run')).toBe(said);
    expect(await stderrOf('--verbose')).toBe(said);
    expect(await stderrOf('--dry-run', '--quiet')).toBe('');
    expect(await stderrOf()).toBe('');
    // Credentials are found once for all clients: a program may ask somebody for a password.
    const config = join(folder, 'config');
    const keys = {
      Version: 1,
      AccessKeyId: process.env['AWS_ACCESS_KEY_ID'],
      SecretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'],
    };
    await writeFile(join(folder, 'keys.json'), JSON.stringify(keys));
    const program = `sh -c "echo asked >> ${folder}/asked; cat ${folder}/keys.json"`;
    await writeFile(config, `[profile program]\ncredential_process = ${program}\n`);
    const profile = { ...environment, AWS_CONFIG_FILE: config, AWS_PROFILE: '' };
    expect(await cumulusApi([...place, '--profile', 'program'], { environment: profile })).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('asked\n');
    // What asks nothing of AWS says nothing of it.
    const elsewhere = await cumulusApi(['backup', '--table', table, '--dry-run']);
    expect(elsewhere).toMatchObject({ code: 0, stderr: '' });
    const help = await cumulusApi(['verify', 'none.json', '--verbose'], { environment });
    expect(help.stderr).not.toContain('AWS identity');
  });

  test('are not written by two at once: a living writer is waited for, a dead one passed over', async () => {
    const table = await tables.create(granules(3));
    const key = `two/${table}.json`;
    const args = ['backup', '--table', table, '--to', bucket.url('two')];
    const claim = { host: 'elsewhere', pid: 7, since: '2026-01-01T00:00:00Z', holder: 'other' };
    await bucket.put(`${key}.lock`, JSON.stringify(claim));
    const refused = await run(...args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('by process 7 on elsewhere since 2026-01-01T00:00:00Z');
    expect(refused.stderr).toMatch(/counts no more from 20\d\d-.*Z on, or at once if you remove s3:/);
    expect(await bucket.keys('two/')).toEqual([`${key}.lock`]);

    // moto knows no past: the answer is made to say that nobody has renewed the lease for an hour.
    const old: Fault = async (call, pass) => {
      const answer = await pass();
      if (!call.action.startsWith('GET ') || !call.action.includes('.lock')) return answer;
      const hourAgo = new Date(Date.now() - 3_600_000).toUTCString();
      return { ...answer, headers: { ...answer.headers, 'last-modified': hourAgo }, fault: true };
    };
    expect(await runWith([old], ...args)).toMatchObject({ code: 0, stderr: '' });
    expect(await bucket.keys('two/')).toEqual([key, `${key}.manifest.json`]);
  });

  test('two that begin at the same instant: one backs up, the other is an error that says so', async () => {
    const table = await tables.create(granules(3));
    // Whoever may scan waits until the other one has ended; if both may, neither waits forever.
    let commands: readonly Promise<unknown>[] = [];
    const scanAlone: Fault = async (call, pass) => {
      if (call.action === 'Scan') await Promise.race([...commands, sleep(20_000)]);
      return pass();
    };
    const endings = await withFaults([scanAlone], async ({ environment }) => {
      const started = ['one', 'two'].map(() =>
        cumulusApi(['backup', '--table', table, '--to', bucket.url('race')], {
          environment: { ...environment, ...bucket.environment },
        }),
      );
      commands = started;
      return Promise.all(started);
    });
    expect(endings.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(endings.map(({ stderr }) => stderr).join('')).toContain('is being written already');
    expect(await json('verify', bucket.url(`race/${table}.json`))).toMatchObject({ proved: true, items: 3 });
  });

  test.each([
    [
      'no permission to write',
      /^PUT .*\.json\?/,
      403,
      'AccessDenied',
      {},
      /Allow the IAM action s3:PutObject on arn:aws:s3/,
    ],
    [
      'no permission to list',
      /^GET .*list-type=2/,
      403,
      'AccessDenied',
      {},
      /s3:ListBucket on arn:aws:s3:::recovery-tests,/,
    ],
    [
      'a bucket of another region',
      /\.lock/,
      301,
      'PermanentRedirect',
      { 'x-amz-bucket-region': 'eu-west-1' },
      /The bucket recovery-tests is in the region eu-west-1.*\n.*--region/,
    ],
    ['no such bucket', /\.lock/, 404, 'NoSuchBucket', {}, /There is no bucket recovery-tests.*\n.*\n.*--profile/],
  ] as const)(
    'fails with a clear word: %s',
    async (_, pattern, status, code, headers, message) => {
      const table = await tables.create(granules(3));
      const key = `refused/${table}.json`;
      await bucket.put(key, '{"granuleId":{"S":"earlier"}}\n');
      const ended = await runWith(
        [refusedByS3(pattern, status, code, headers)],
        'backup',
        '--table',
        table,
        '--to',
        bucket.url('refused'),
      );
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
      expect((await bucket.read(key)).content.toString()).toContain('earlier');
      expect((await bucket.keys(key)).filter((name) => name.includes('lock'))).toEqual([]);
    },
    40_000,
  );

  test('ride out a throttled request and lost connections', async () => {
    const table = large;
    const disturbed = new Set<string>();
    const onceEach: Fault = async (call, pass) => {
      const kind = call.action.replace(/[?&](?:uploadId|x-id)=[^&]*/g, '');
      if (disturbed.has(kind)) return pass();
      disturbed.add(kind);
      // In turn lost before S3 has it, lost after it has been carried out, and refused for now.
      if (disturbed.size % 3 === 0) throw new Error('lost before');
      if (disturbed.size % 3 === 1) return refusedByS3(/./, 503, 'SlowDown')(call, pass);
      await pass();
      throw new Error('lost after');
    };
    expect(await runWith([onceEach], 'backup', '--table', table, '--to', bucket.url('rough'))).toMatchObject({
      code: 0,
    });
    expect(await json('verify', bucket.url(`rough/${table}.json`))).toMatchObject({ proved: true, items: 30 });
    // The data, its manifest, and the note that it was proved.
    expect(await bucket.keys('rough/')).toHaveLength(3);
  }, 60_000);

  test('are backed up without permission to list or abort left uploads, which a rule of the bucket may remove', async () => {
    const table = await tables.create(granules(3));
    const noUploads = refusedByS3(/^GET .*[?&]uploads/, 403, 'AccessDenied');
    expect(await runWith([noUploads], 'backup', '--table', table, '--to', bucket.url('few-rights'))).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  test('without permission to delete, say that the backup is complete, and which action is missing', async () => {
    const table = await tables.create(granules(3));
    const { code, stderr } = await runWith(
      [refusedByS3(/^DELETE /, 403, 'AccessDenied')],
      'backup',
      '--table',
      table,
      '--to',
      bucket.url('no-delete'),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/is complete and in its place.*\n.*Allow the IAM action s3:DeleteObject/);
    expect(await json('verify', bucket.url(`no-delete/${table}.json`))).toMatchObject({ proved: true, items: 3 });
  });

  test('are in place when an earlier one cannot be removed, and say so', async () => {
    const table = await tables.create(granules(3));
    const args = ['backup', '--table', table, '--to', bucket.url('locked'), '--keep', '1'];
    await json(...args);
    const { kept } = await json<BackedUp>(...args);
    const [earlier = ''] = kept.map((file) => encodeURIComponent(file.slice(file.lastIndexOf('/') + 1)));
    const locked: Fault = (call, pass) =>
      call.action.startsWith('DELETE ') && call.action.includes(earlier)
        ? refusedByS3(/./, 403, 'AccessDenied')(call, pass)
        : pass();
    const { code, stdout, stderr } = await runWith([locked], ...args);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /WARNING: The backup is in its place; earlier ones could not be removed: .*s3:DeleteObject/s,
    );
    expect(stdout.match(/earlier backup: /g)).toHaveLength(2);
    expect(await json('verify', bucket.url(`locked/${table}.json`))).toMatchObject({ proved: true, items: 3 });
  });

  test('whose last answer is lost are known to be in place', async () => {
    const table = large;
    const lost: Fault = async (call, pass) => {
      if (!/^POST .*uploadId=/.test(call.action)) return pass();
      await pass();
      // The SDK sends the request again, and S3 has no such upload any more.
      return refusedByS3(/./, 404, 'NoSuchUpload')(call, pass);
    };
    expect(await runWith([lost], 'backup', '--table', table, '--to', bucket.url('lost'))).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await json('verify', bucket.url(`lost/${table}.json`))).toMatchObject({ proved: true, items: 30 });
  });

  test.each([
    ['in S3', () => ['--to', bucket.url('dry')], () => bucket.url('dry')],
    ['on disk', () => ['--directory', join(folder, 'dry')], () => join(folder, 'dry')],
  ])('are described by --dry-run, as is a restore of one, and nothing is changed (%s)', async (_, place, directory) => {
    const table = await tables.create(granules(3));
    const backUp = ['backup', '--table', table, ...place()];
    const file = `${directory()}/${table}.json`;
    expect(await json(...backUp, '--dry-run')).toMatchObject({ dryRun: true, table, file, removes: [] });
    expect((await run('verify', file)).code).toBe(1);
    await json(...backUp);
    await json(...backUp);
    const reported = await run(...backUp, '--dry-run');
    expect(reported.stdout).toMatch(
      /would be backed up\n {2}to .*\n {2}the backup that is there would stay as .*Z\.json\n {2}would be removed: /,
    );
    const target = tables.name();
    const restore = ['restore', file, '--table', target, '--create-table', '--dry-run'];
    expect(await json(...restore)).toMatchObject({ dryRun: true, items: 3, created: true, proved: true });
    expect((await run(...restore)).stdout).toContain('3 items would be written; nothing was');
    expect((await run('tables', 'describe', '--table', target)).code).not.toBe(0);
    expect((await run('restore', file, '--table', table, '--dry-run')).stderr).toContain('holds items already');
  });

  test('refuse on the command line what makes no sense', async () => {
    for (const [args, message] of [
      [['--to', bucket.url('x'), '--resume'], /--resume does not go with --to.*Begin again/],
      [['--to', bucket.url('x'), '--directory', 'd'], /one place: --directory or --to/],
      [['--directory', bucket.url('x')], /a place in S3 goes with --to/],
      [['--to', 'bucket/x'], /--to takes a place in S3/],
    ] as const) {
      const { code, stderr } = await run('backup', '--table', 'some-table', ...args);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    }
  });

  test('leave nothing on disk, and a backup to disk loads nothing of S3', async () => {
    const table = await tables.create(granules(3));
    const directory = join(folder, 'empty');
    await mkdir(directory);
    await json('backup', '--table', table, '--to', bucket.url('disk'));
    expect(await readdir(directory)).toEqual([]);
    const nodeOptions = ['--import', new URL('../kit/faults/name-s3-modules.mjs', import.meta.url).href];
    const { environment } = bucket;
    const toS3 = await cumulusApi(['backup', '--table', table, '--to', bucket.url('disk')], {
      nodeOptions,
      environment,
    });
    expect(toS3.stderr).toContain('S3 is in file:///');
    const toDisk = await cumulusApi(['backup', '--table', table, '--directory', folder], { nodeOptions });
    expect(toDisk.stderr).toBe('');
  });
});
