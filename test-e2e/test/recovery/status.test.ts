import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteTableCommand, UpdateContinuousBackupsCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { putAll } from '@cumulus/test-kit/tables';
import { beforeAll, describe, expect, test } from '@jest/globals';
import parsePrometheus from 'parse-prometheus-text-format';
import { cumulusApi, cumulusApiResults, parseRun } from '../kit/command.ts';
import { answered, answeredAs, refusedAs } from '../kit/faults/answered.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { refusedByS3 } from '../kit/faults/s3.ts';
import { withAwsBackup } from './aws-backup-server.ts';

interface Finding {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  readonly fix?: string;
}

interface Judged {
  readonly table: string;
  readonly name: string;
  readonly verdict: string;
  readonly findings: readonly Finding[];
}

/** The default policy asks nothing of a rehearsal that this test would have to make. */
const WITHOUT_REHEARSAL = { deployment: { rehearsal: 'off' } };

const TABLES = [
  'AccessTokensTable',
  'AsyncOperationsTable',
  'CollectionsTable',
  'ExecutionsTable',
  'FilesTable',
  'GranulesTable',
  'PdrsTable',
  'ProvidersTable',
  'RecordCountsTable',
  'RulesTable',
  'SemaphoresTable',
  'UsersTable',
];

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws')), 'status', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto);
  const folder = ownFolder();
  const backups = () => bucket.url('prod');

  const inEnvironment = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    cumulusApi(args, { environment: { ...moto.environment, ...more } });

  beforeAll(async () => {
    const environment = moto.environment;
    await cumulusApiResults(['tables', 'create', '--prefix', 'prod'], { environment });
    for (const name of TABLES) await protect(`prod-${name}`);
    await putAll('prod-RulesTable', [{ name: { S: 'one' } }, { name: { S: 'two' } }], moto.client);
    await cumulusApiResults(['backup', '--prefix', 'prod', '--to', backups(), '--verify'], { environment });
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(WITHOUT_REHEARSAL));
  });

  async function protect(TableName: string): Promise<void> {
    await moto.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  }

  const ARGS = () => ['--prefix', 'prod', '--backups', backups(), '--policy', join(folder, 'policy.json')];

  async function judged(args: readonly string[] = ARGS(), faults: readonly Fault[] = []) {
    const { code, stdout, stderr } = await through(faults, ['status', '--json', ...args]);
    const { results, summary } = parseRun<Judged>(stdout);
    return { code, stderr, results, summary: summary as { verdict: string; findings: readonly Finding[] } };
  }

  async function through(faults: readonly Fault[], args: readonly string[]) {
    if (faults.length === 0) return inEnvironment(args);
    return withFaults(faults, (proxy) => inEnvironment(args, proxy.environment), moto.endpoint);
  }

  /** The codes of what is found of one table, and the exit status. */
  async function foundOf(name: string, args?: readonly string[], faults?: readonly Fault[]) {
    const { code, results } = await judged(args, faults);
    const table = results.find((result) => result.name === name);
    return { code, codes: table?.findings.map((finding) => finding.code), findings: table?.findings };
  }

  /** Runs a command as a person would who copied it. */
  async function runCopied(command: string): Promise<void> {
    for (const part of command.split(' && ')) {
      if (part.startsWith('cumulus-api ')) expect((await inEnvironment(part.split(' ').slice(1))).code).toBe(0);
      else await promisify(execFile)('bash', ['-c', part], { env: { ...process.env, ...moto.environment } });
    }
  }

  function policyFile(name: string, policy: object): string {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(policy));
    return path;
  }

  test('a deployment with all that the strict policy asks for is protected: exit status 0', async () => {
    const { code, results, summary, stderr } = await judged();
    expect(stderr).toBe('');
    expect(results.map(({ name, verdict }) => [name, verdict])).toEqual(TABLES.map((name) => [name, 'protected']));
    expect([code, summary.verdict, summary.findings]).toEqual([0, 'protected', []]);
  });

  test('in words: each table with what it can go back to, then the verdict', async () => {
    const { stdout } = await inEnvironment(['status', ...ARGS()]);
    expect(stdout).toMatch(
      /^prod-RulesTable: protected\n {2}any second from \S+ until \S+; backup file \d+ minutes? old, proved \d+ minutes? ago \(read whole\)$/m,
    );
    expect(stdout).toMatch(/^prod: protected, 12 of 12 tables protected\n$/m);
  });

  test('--tables judges the tables that a Terraform output names, as after an adoption', async () => {
    const names = TABLES.filter((name) => name !== 'RecordCountsTable');
    const keyOf = (name: string) =>
      name
        .replace(/Table$/, '')
        .replace(/\B[A-Z]/g, '_$&')
        .toLowerCase();
    const output = Object.fromEntries(names.map((name) => [keyOf(name), { name: `prod-${name}` }]));
    const tables = join(folder, 'tables.json');
    writeFileSync(tables, JSON.stringify({ ...output, rules: { name: 'prod-RulesTable-recovered' } }));
    const { code, results } = await judged([...ARGS(), '--tables', tables]);
    expect(code).toBe(1);
    expect(results.filter(({ verdict }) => verdict !== 'protected')).toMatchObject([
      { table: 'prod-RulesTable-recovered', name: 'RulesTable', exists: false },
    ]);
  });

  describe('what is broken is found, fails, and is mended by the command that is named', () => {
    const rules = 'prod-RulesTable';
    const update = (change: object) => moto.client.send(new UpdateTableCommand({ TableName: rules, ...change }));
    const recovery = (specification: object) =>
      moto.client.send(
        new UpdateContinuousBackupsCommand({
          TableName: rules,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, ...specification },
        }),
      );
    const removeBackups = async () => {
      for (const key of await bucket.keys(`prod/${rules}`)) await bucket.remove(key);
    };
    const recreate = async () => {
      await update({ DeletionProtectionEnabled: false });
      await moto.client.send(new DeleteTableCommand({ TableName: rules }));
      await cumulusApiResults(['tables', 'create', '--prefix', 'prod'], moto);
      await protect(rules);
    };

    test.each<[string[], () => Promise<unknown>]>([
      [['PITR_OFF'], () => recovery({ PointInTimeRecoveryEnabled: false })],
      [['PITR_WINDOW_SHORT'], () => recovery({ RecoveryPeriodInDays: 7 })],
      [['DELETION_PROTECTION_OFF'], () => update({ DeletionProtectionEnabled: false })],
      [['BACKUP_MISSING', 'PROOF_MISSING'], removeBackups],
      [['PROOF_MISSING'], () => bucket.remove(`prod/${rules}.proofs.json`)],
      [['BACKUP_MISSING', 'PROOF_MISSING', 'BACKUP_OF_OTHER_TABLE'], recreate],
    ])('%j', async (codes, breakIt) => {
      await breakIt();
      const broken = await foundOf('RulesTable');
      expect([broken.code, broken.codes]).toEqual([1, codes]);
      for (const { fix = '' } of broken.findings ?? []) await runCopied(fix);
      expect(await foundOf('RulesTable')).toMatchObject({ code: 0, codes: [] });
    });

    test('TABLE_MISSING, of a table with a backup', async () => {
      await update({ DeletionProtectionEnabled: false });
      await moto.client.send(new DeleteTableCommand({ TableName: rules }));
      const { code, codes, findings } = await foundOf('RulesTable');
      expect([code, codes]).toEqual([1, ['TABLE_MISSING']]);
      await runCopied(findings?.[0]?.fix ?? '');
      // It is another table, whose settings and backups are its own.
      const again = await foundOf('RulesTable');
      expect(again.codes).not.toContain('TABLE_MISSING');
      for (const { fix = '' } of again.findings ?? []) await runCopied(fix);
      expect(await foundOf('RulesTable')).toMatchObject({ code: 0, codes: [] });
    });

    test('BACKUP_TOO_SMALL is a warning: the table has far more items than its newest backup', async () => {
      const items = [...Array(20).keys()].map((number) => ({ name: { S: `more-${number}` } }));
      await putAll(rules, items, moto.client);
      const { code, codes, findings } = await foundOf('RulesTable');
      expect([code, codes]).toEqual([3, ['BACKUP_TOO_SMALL']]);
      await runCopied(findings?.[0]?.fix ?? '');
      expect(await foundOf('RulesTable')).toMatchObject({ code: 0, codes: [] });
    });

    test('BACKUP_OLD and PROOF_OLD: by the start that the manifest has', async () => {
      const keys = await bucket.keys(`prod/${rules}`);
      for (const key of keys.filter((each) => each.endsWith('.manifest.json'))) {
        const { content, metadata } = await bucket.read(key);
        const manifest = JSON.parse(content.toString());
        manifest.scan.startedAt = '2026-01-01T00:00:00.000Z';
        await bucket.put(key, JSON.stringify(manifest), metadata);
      }
      const broken = await foundOf('RulesTable');
      expect([broken.code, broken.codes]).toEqual([1, ['BACKUP_OLD', 'PROOF_OLD']]);
      for (const { fix = '' } of broken.findings ?? []) await runCopied(fix);
      expect(await foundOf('RulesTable')).toMatchObject({ code: 0, codes: [] });
    });

    test('ON_DEMAND_MISSING, of a policy that asks for one', async () => {
      const policy = policyFile('on-demand.json', {
        ...WITHOUT_REHEARSAL,
        tables: { RulesTable: { onDemand: 'require' } },
      });
      const args = ['--prefix', 'prod', '--backups', backups(), '--policy', policy];
      const { code, codes, findings } = await foundOf('RulesTable', args);
      expect([code, codes]).toEqual([1, ['ON_DEMAND_MISSING']]);
      await runCopied(findings?.[0]?.fix ?? '');
      expect(await foundOf('RulesTable', args)).toMatchObject({ code: 0, codes: [] });
    });
  });

  describe('what moto does not have is found, in the form that AWS documents', () => {
    const recovery = (change: object): Fault =>
      answered('DescribeContinuousBackups', (answer, { TableName }) => {
        const backups = answer['ContinuousBackupsDescription'] as { PointInTimeRecoveryDescription: object };
        if (TableName !== 'prod-RulesTable') return answer;
        const PointInTimeRecoveryDescription = { ...backups.PointInTimeRecoveryDescription, ...change };
        return { ContinuousBackupsDescription: { ...backups, PointInTimeRecoveryDescription } };
      });
    /** Of a day, until so many seconds ago. */
    const windowUntil = (seconds: number): object => {
      const latest = Date.now() / 1000 - seconds;
      return { EarliestRestorableDateTime: latest - 86_400, LatestRestorableDateTime: latest };
    };
    const stream = (StreamSpecification?: object): Fault =>
      answered('DescribeTable', (answer) => ({ Table: { ...(answer['Table'] as object), StreamSpecification } }));
    const encryption = (SSEDescription: object): Fault =>
      answered('DescribeTable', (answer) => ({ Table: { ...(answer['Table'] as object), SSEDescription } }));
    const KEY = { SSEType: 'KMS', Status: 'ENABLED', KMSMasterKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1' };

    test.each<[string, Fault]>([
      ['PITR_LAGS', recovery(windowUntil(3600))],
      ['PITR_NO_TIME_YET', recovery({ EarliestRestorableDateTime: undefined })],
      ['PITR_WINDOW_UNKNOWN', recovery({ RecoveryPeriodInDays: undefined })],
      ['ENCRYPTION_KEY_UNUSABLE', encryption({ ...KEY, InaccessibleEncryptionDateTime: 1_796_000_000 })],
    ])('%s', async (expected, fault) => {
      expect(await foundOf('RulesTable', ARGS(), [fault])).toMatchObject({ code: 1, codes: [expected] });
    });

    test.each<[string, Fault]>([
      ['STREAM_OFF', stream()],
      ['STREAM_OTHER_VIEW', stream({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' })],
    ])('%s is a warning: exit status 3 (moto turns no stream on again)', async (expected, fault) => {
      const { code, codes, findings } = await foundOf('RulesTable', ARGS(), [fault]);
      expect([code, codes]).toEqual([3, [expected]]);
      expect(findings?.[0]?.fix).toContain('StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES');
    });

    test('EXPORT_MISSING and EXPORT_OLD, of a policy that asks for one', async () => {
      const policy = policyFile('export.json', { ...WITHOUT_REHEARSAL, tables: { RulesTable: { export: 'require' } } });
      const args = ['--prefix', 'prod', '--backups', backups(), '--policy', policy];
      expect(await foundOf('RulesTable', args)).toMatchObject({ code: 1, codes: ['EXPORT_MISSING'] });
      const exported = (daysAgo: number): readonly Fault[] => {
        const ExportArn =
          'arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable/export/01796000000000-1a2b3c4d';
        const summary = { ExportArn, ExportStatus: 'COMPLETED', ExportType: 'FULL_EXPORT' };
        const ExportTime = Date.now() / 1000 - daysAgo * 86_400;
        return [
          answeredAs('ListExports', () => ({ ExportSummaries: [summary] })),
          answeredAs('DescribeExport', () => ({
            ExportDescription: { ...summary, ExportTime, S3Bucket: 'exports', S3Prefix: 'prod' },
          })),
          answered('DescribeTable', (answer) => ({
            Table: { ...(answer['Table'] as object), CreationDateTime: 1_700_000_000 },
          })),
        ];
      };
      const { codes } = await foundOf('RulesTable', args, exported(1));
      expect(codes).not.toContain('EXPORT_MISSING');
      const old = await foundOf('RulesTable', args, exported(36));
      const finding = old.findings?.find(({ code }) => code === 'EXPORT_OLD');
      expect(finding?.fix).toBe('cumulus-api export --table prod-RulesTable --to s3://exports/prod');
    });

    test('ENCRYPTION_KEY_OF_AWS, where the policy asks for a key of the account', async () => {
      const policy = policyFile('kms.json', {
        ...WITHOUT_REHEARSAL,
        tables: { '*': { encryption: { type: 'KMS' } } },
      });
      const args = ['--prefix', 'prod', '--backups', backups(), '--policy', policy];
      expect(await foundOf('RulesTable', args)).toMatchObject({ code: 1, codes: ['ENCRYPTION_KEY_OF_AWS'] });
      expect(await foundOf('RulesTable', args, [encryption(KEY)])).toMatchObject({ code: 0, codes: [] });
    });
  });

  test.each([
    ['DescribeTable', ['TABLE_UNKNOWN', 'DELETION_PROTECTION_UNKNOWN', 'ENCRYPTION_UNKNOWN', 'STREAM_UNKNOWN']],
    ['DescribeContinuousBackups', ['PITR_UNKNOWN']],
  ])('without the permission for %s its facts are unknown, by the action, and do not count', async (action, codes) => {
    const denied = refusedAs(
      action,
      'AccessDeniedException',
      `User: me is not authorized to perform: dynamodb:${action}`,
    );
    const { code, results, stderr } = await judged(ARGS(), [denied]);
    expect(code).toBe(1);
    const rules = results.find(({ name }) => name === 'RulesTable');
    expect(rules?.findings.map((finding) => finding.code)).toEqual(codes);
    for (const { message } of rules?.findings.slice(-1) ?? [])
      expect(message).toContain(`dynamodb:${action} is denied`);
    expect(stderr).toContain(`dynamodb:${action} is denied`);
  });

  test.each(['ListBackups', 'ListExports'])('without the permission for %s nothing else is unknown', async (action) => {
    const denied = refusedAs(action, 'AccessDeniedException', 'not authorized');
    expect(await foundOf('RulesTable', ARGS(), [denied])).toMatchObject({ code: 0, codes: [] });
    const policy = policyFile('all.json', {
      ...WITHOUT_REHEARSAL,
      tables: { '*': { onDemand: 'warn', export: 'warn' } },
    });
    const args = ['--prefix', 'prod', '--backups', backups(), '--policy', policy];
    const { codes } = await foundOf('CollectionsTable', args, [denied]);
    expect(codes).toContain(action === 'ListBackups' ? 'ON_DEMAND_UNKNOWN' : 'EXPORT_UNKNOWN');
  });

  test('without the permission to list the bucket its backups are unknown, by the action', async () => {
    const denied = refusedByS3(/^GET \/recovery-tests\/?\?/, 403, 'AccessDenied');
    const { code, stdout } = await withFaults(
      [denied],
      (proxy) => inEnvironment(['status', '--json', ...ARGS()], { AWS_ENDPOINT_URL_S3: proxy.endpoint }),
      moto.endpoint,
    );
    expect(code).toBe(1);
    const { results, summary } = parseRun<Judged>(stdout);
    expect((summary as { findings: readonly Finding[] }).findings).toMatchObject([
      { code: 'BACKUPS_UNREADABLE', message: expect.stringContaining('s3:ListBucket is denied') },
    ]);
    const codes = results.find(({ name }) => name === 'RulesTable')?.findings.map((finding) => finding.code);
    expect(codes).toEqual(['BACKUP_UNKNOWN', 'PROOF_UNKNOWN']);
  });

  test('a manifest that may not be read leaves its backup out, by name', async () => {
    const denied = refusedByS3(
      /^GET \/recovery-tests\/prod\/prod-FilesTable\.json\.manifest\.json/,
      403,
      'AccessDenied',
    );
    const { code, stdout } = await withFaults(
      [denied],
      (proxy) => inEnvironment(['status', '--json', ...ARGS()], { AWS_ENDPOINT_URL_S3: proxy.endpoint }),
      moto.endpoint,
    );
    expect(code).toBe(1);
    const files = parseRun<Judged>(stdout).results.find(({ name }) => name === 'FilesTable');
    expect(files?.findings.map((finding) => finding.code)).toEqual([
      'BACKUP_MISSING',
      'PROOF_MISSING',
      'BACKUP_UNREADABLE',
    ]);
  });

  test('a backup that AWS Backup keeps counts as one on demand; where it cannot be asked, that is not known', async () => {
    const policy = policyFile('aws-backup.json', {
      ...WITHOUT_REHEARSAL,
      tables: { PdrsTable: { onDemand: 'require' } },
    });
    const args = ['status', '--json', '--prefix', 'prod', '--backups', backups(), '--policy', policy];
    const codesWith = async (vaults: Parameters<typeof withAwsBackup>[0]) => {
      const { stdout } = await withAwsBackup(vaults, ({ environment }) => inEnvironment(args, environment));
      const pdrs = parseRun<Judged>(stdout).results.find(({ name }) => name === 'PdrsTable');
      return pdrs?.findings.map((finding) => finding.code);
    };
    const point = {
      RecoveryPointArn: 'arn:aws:backup:us-east-1:123456789012:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45',
      ResourceArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-PdrsTable',
      Status: 'COMPLETED',
      CreationDate: Date.now() / 1000,
    };
    expect(await codesWith({ Default: [point] })).toEqual([]);
    expect(await codesWith({ Default: [] })).toEqual(['ON_DEMAND_MISSING']);
    const refused = { status: 403, type: 'AccessDeniedException', message: 'not authorized' };
    expect(await codesWith({ Default: refused })).toEqual(['ON_DEMAND_UNKNOWN']);
  });

  test('a bucket that does not exist leaves the backups unknown, of the deployment and each table', async () => {
    const { code, summary, results } = await judged(['--prefix', 'prod', '--backups', 's3://no-such-bucket/prod']);
    expect(code).toBe(1);
    expect(summary.findings.map((finding) => finding.code)).toEqual(['BACKUPS_UNREADABLE', 'REHEARSAL_UNKNOWN']);
    const codes = results.find(({ name }) => name === 'RulesTable')?.findings.map((finding) => finding.code);
    expect(codes).toEqual(['BACKUP_UNKNOWN', 'PROOF_UNKNOWN']);
  });

  test('without a folder of backups it says how to name one', async () => {
    const { code, stderr } = await inEnvironment(['status', '--prefix', 'prod', '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'cumulus-api: The deployment prod is not protected:\n  No folder of backup files was named.\n    cumulus-api status --prefix prod --backups FOLDER\n',
    );
  });

  test('a prefix without tables is a deployment that is missing, not one that is protected', async () => {
    const { code, summary, results } = await judged(['--prefix', 'none', '--backups', backups()]);
    expect(code).toBe(1);
    expect(summary.findings.map((finding) => finding.code)).toContain('DEPLOYMENT_MISSING');
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['unprotected']));
    // A wrong prefix is no reason to create tables.
    expect(results.flatMap(({ findings }) => findings.flatMap(({ fix }) => fix ?? []))).toEqual([]);
  });

  test('an empty table is advised only where nothing is left to restore from', async () => {
    await inEnvironment(['tables', 'create', '--prefix', 'half']);
    await moto.client.send(new DeleteTableCommand({ TableName: 'half-RulesTable' }));
    const fixOf = async (args: readonly string[], faults: readonly Fault[] = []) => {
      const { findings } = await foundOf('RulesTable', ['--prefix', 'half', ...args], faults);
      return findings?.find(({ code }) => code === 'TABLE_MISSING')?.fix;
    };
    const named = ['--backups', backups()];
    expect(await fixOf(named)).toBe('cumulus-api tables create --prefix half');
    expect(await fixOf([])).toBeUndefined();
    expect(await fixOf(named, [refusedAs('ListBackups', 'AccessDeniedException', 'not authorized')])).toBeUndefined();
  });

  test('the default policy warns where no recovery was rehearsed: exit status 3', async () => {
    const { code, summary, stderr } = await judged(['--prefix', 'prod', '--backups', backups()]);
    expect([code, summary.verdict]).toEqual([3, 'warning']);
    expect(summary.findings.map((finding) => finding.code)).toEqual(['REHEARSAL_MISSING']);
    expect(stderr).toContain('WARNING: The deployment prod:\n  No recovery was rehearsed.\n');
  });

  test('a policy with an unknown field is refused by its name, before anything is asked', async () => {
    const policy = policyFile('wrong.json', { tables: { '*': { backup: { maxAge: 1 } } } });
    const { code, stderr } = await inEnvironment(['status', '--prefix', 'prod', '--policy', policy]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${policy}: there is no field tables.*.backup.maxAge.`);
    const absent = await inEnvironment(['status', '--prefix', 'prod', '--policy', join(folder, 'absent.json')]);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('There is no policy')]);
  });

  test('--html writes one private page, in place of what was there', async () => {
    const page = join(folder, 'protection.html');
    writeFileSync(page, 'earlier');
    expect((await inEnvironment(['status', ...ARGS(), '--html', page])).code).toBe(0);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^<!doctype html>/i);
    expect(text).toContain('prod');
    expect(statSync(page).mode & 0o777).toBe(0o600);
  });

  test('a page that cannot be written fails, and the verdict is said all the same', async () => {
    const { code, stdout } = await inEnvironment(['status', ...ARGS(), '--html', `${folder}/policy.json/page.html`]);
    expect(code).toBe(1);
    expect(stdout).toContain('prod: protected');
  });

  test('policy and page can be in S3', async () => {
    await bucket.put('policy.json', JSON.stringify(WITHOUT_REHEARSAL));
    const args = ['--prefix', 'prod', '--backups', backups(), '--policy', bucket.url('policy.json')];
    expect((await inEnvironment(['status', ...args, '--html', bucket.url('pages/protection.html')])).code).toBe(0);
    const { content, type } = await bucket.read('pages/protection.html');
    expect(type).toBe('text/html; charset=utf-8');
    expect(content.toString()).toMatch(/^<!doctype html>/i);
  });

  describe('numbers', () => {
    type Family = ReturnType<typeof parsePrometheus>[number];

    function valuesOf(families: readonly Family[], name: string): Readonly<Record<string, number>> {
      const metrics = families.find((family) => family.name === name)?.metrics ?? [];
      return Object.fromEntries(metrics.map(({ labels, value }) => [labels?.['table'] ?? '', Number(value)]));
    }

    test('--metrics prometheus writes what a parser of its format reads, and nothing else', async () => {
      const { code, stdout } = await inEnvironment(['status', ...ARGS(), '--metrics', 'prometheus']);
      expect(code).toBe(0);
      const families = parsePrometheus(stdout);
      expect(new Set(families.map(({ type }) => type))).toEqual(new Set(['GAUGE']));
      expect(valuesOf(families, 'cumulus_protection_verdict')).toEqual(
        Object.fromEntries(TABLES.map((name) => [name, 0])),
      );
      expect(valuesOf(families, 'cumulus_protection_deployment_verdict')).toEqual({ '': 0 });
      const ages = valuesOf(families, 'cumulus_protection_newest_proved_backup_age_seconds');
      const times = valuesOf(families, 'cumulus_protection_newest_proved_backup_timestamp_seconds');
      const [checked = 0] = Object.values(valuesOf(families, 'cumulus_protection_checked_timestamp_seconds'));
      // The table of counts has no backup: no number, not the age 0.
      expect(Object.keys(ages)).toEqual(TABLES.filter((name) => name !== 'RecordCountsTable'));
      for (const [name, age] of Object.entries(ages)) expect(age + (times[name] ?? 0)).toBeCloseTo(checked, 2);
    });

    test('--metrics-file is a whole file that others can read, and the words are written too', async () => {
      const file = join(folder, 'cumulus.prom');
      const args = ['status', ...ARGS(), '--metrics', 'prometheus', '--metrics-file', file];
      const { stdout } = await inEnvironment(args);
      expect(stdout).toContain('prod: protected');
      expect(parsePrometheus(readFileSync(file, 'utf8')).length).toBeGreaterThan(5);
      expect(statSync(file).mode & 0o777).toBe(0o644);
    });

    test('a file of numbers that cannot be written fails, by its name, and leaves nothing behind', async () => {
      const file = join(folder, 'no-such-folder', 'cumulus.prom');
      const args = ['status', ...ARGS(), '--metrics', 'prometheus', '--metrics-file', file];
      const { code, stdout, stderr } = await inEnvironment(args);
      expect(code).toBe(1);
      expect(stderr).toContain(`${file}: no such file or directory`);
      expect(stdout).toContain('prod: protected');
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });

    test('--metrics cloudwatch sends them with prefix and table', async () => {
      expect((await inEnvironment(['status', ...ARGS(), '--metrics', 'cloudwatch'])).code).toBe(0);
      const ask = `aws cloudwatch list-metrics --namespace Cumulus/Protection --region us-east-1 --output json`;
      const { stdout } = await promisify(execFile)('bash', ['-c', ask], {
        env: { ...process.env, ...moto.environment },
      });
      const { Metrics } = JSON.parse(stdout) as {
        Metrics: { MetricName: string; Dimensions: { Name: string; Value: string }[] }[];
      };
      const named = Metrics.map(
        ({ MetricName, Dimensions }) => `${MetricName} ${Dimensions.map(({ Value }) => Value).join(' ')}`,
      );
      expect(named).toEqual(
        expect.arrayContaining([
          'Verdict prod',
          'UnprotectedTables prod',
          'Failures prod',
          'Warnings prod',
          'ProvedBackupAge prod',
          'Verdict prod RulesTable',
          'BackupAge prod RulesTable',
          'ProvedBackupAge prod RulesTable',
          'RecoveryWindow prod RulesTable',
          'RecoveryLag prod RulesTable',
        ]),
      );
      expect(named).not.toContain('BackupAge prod RecordCountsTable');
      expect(named).not.toContain('RehearsalAge prod');
    });

    test('metrics that CloudWatch does not take are a failure with the action by name', async () => {
      const denied = refusedAs('PutMetricData', 'AccessDeniedException', 'not authorized');
      const { code, stdout, stderr } = await withFaults(
        [denied],
        (proxy) =>
          inEnvironment(['status', ...ARGS(), '--metrics', 'cloudwatch'], {
            AWS_ENDPOINT_URL_CLOUDWATCH: proxy.endpoint,
          }),
        moto.endpoint,
      );
      expect(code).toBe(1);
      expect(stdout).toContain('prod: protected');
      expect(stderr).toContain('cloudwatch:PutMetricData');
    });
  });
});
