import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Decrypter, Encrypter } from 'age-encryption';
import { InterruptedError } from '../../../src/aws/errors.ts';
import { backUpTable } from '../../../src/backup/back-up/back-up.ts';
import type { BackUpOptions, BackUpResult } from '../../../src/backup/back-up/options.ts';
import { planBackUp } from '../../../src/backup/back-up/plan-back-up.ts';
import { describeBackup } from '../../../src/backup/catalogue/describe-backup.ts';
import { forgetBackups } from '../../../src/backup/catalogue/forget-backups.ts';
import { listCatalogue } from '../../../src/backup/catalogue/list-catalogue.ts';
import { chooseForgotten } from '../../../src/backup/catalogue/retention.ts';
import { diffBackups } from '../../../src/backup/diff/diff.ts';
import { CorruptBackupError } from '../../../src/backup/errors.ts';
import { spool } from '../../../src/backup/read/spool.ts';
import { restoreTable } from '../../../src/backup/restore/restore-table.ts';
import { findItems } from '../../../src/backup/select/find-items.ts';
import { sortDirectory } from '../../../src/backup/store/sort-directory.ts';
import { verifyBackup } from '../../../src/backup/verify.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { FileLockedError, RecipientError } from '../../../src/storage/errors.ts';
import { granule, Scratch } from '../../scratch.ts';
import { newKey } from './keys.ts';

const scratch = new Scratch();
const granules = (count: number) => Array.from({ length: count }, (_, number) => granule(number));
const [key, other] = [await newKey(), await newKey()];
const recipients = [key.recipient];
const identities = [key.identity];
const idOf = (item: TypedItem): string => (item['granuleId'] as { readonly S: string }).S;
const MARKER = 'granule-0000';

async function backUp(table: string, more: Partial<BackUpOptions> = {}): Promise<BackUpResult> {
  const { client, directory } = scratch;
  return backUpTable({ client, table, directory, segments: 5, recipients, ...more });
}

async function idsOf(file: string, keys = identities): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { item } of findItems({ file, identities: keys })) ids.push(idOf(item));
  return ids.sort();
}

async function decrypted(file: string, identity = key.identity): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(readFileSync(file)));
}

describe('an encrypted backup', () => {
  test.each([
    { gzip: false, end: 'json.age' },
    { gzip: true, end: 'json.gz.age' },
  ])('is $end, which the secret key opens and nothing else, with a plain manifest', async ({ gzip, end }) => {
    const table = await scratch.table(granules(60));
    const { file, manifest, bytes, sha256 } = await backUp(table, { gzip });
    expect(file).toBe(scratch.path(`${table}.${end}`));
    expect(readFileSync(file, 'latin1')).not.toContain(MARKER);
    expect(statSync(file)).toMatchObject({ size: bytes });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const said = readFileSync(manifest, 'utf8');
    expect(JSON.parse(said)).toMatchObject({
      file: { bytes, sha256, compression: gzip ? 'gzip' : 'none' },
      encryption: { format: 'age', recipients },
      items: 60,
    });
    expect(said).not.toContain('AGE-SECRET-KEY');
    const text = await decrypted(file);
    expect((gzip ? gunzipSync(text) : text).toString('utf8').trimEnd().split('\n')).toHaveLength(60);
    expect(await idsOf(file)).toEqual(granules(60).map(idOf));
  });

  test('is restored, verified against a table, and compared with another one', async () => {
    const table = await scratch.table(granules(60));
    const { client } = scratch;
    const plain = await backUp(table, { recipients: undefined });
    const { file } = await backUp(table, { gzip: true });
    const restored = await scratch.table();
    await restoreTable({ client, file, identities, table: restored });
    const verified = await verifyBackup({ file, identities, liveTable: { client, name: restored } });
    expect(verified).toMatchObject({ proved: true, items: 60, comparison: { equal: true, same: 60 } });
    const diff = await diffBackups({ a: { file: plain.file }, b: { file }, identities });
    expect(diff).toMatchObject({ equal: true, same: 60, b: { proved: true } });
  });

  test('of no items is one too', async () => {
    const table = await scratch.table();
    for (const gzip of [false, true]) {
      const { file } = await backUp(table, { gzip });
      expect(await verifyBackup({ file, identities })).toMatchObject({ proved: true, items: 0 });
    }
  });

  test('is proved as it is stored without a key, and the result says that it was not opened', async () => {
    const table = await scratch.table(granules(10));
    const { file, sha256, bytes } = await backUp(table);
    const verified = await verifyBackup({ file });
    expect(verified).toMatchObject({ proved: true, opened: false, items: 10, sha256, bytes });
    expect((await verifyBackup({ file, identities })).opened).toBeUndefined();
    const stored = readFileSync(file);
    stored.writeUInt8((stored.at(-20) ?? 0) ^ 1, stored.length - 20);
    writeFileSync(file, stored);
    await expect(verifyBackup({ file })).rejects.toThrow(CorruptBackupError);
  });

  test('needs the right key: without one, and with another, nothing is read and the error says which', async () => {
    const table = await scratch.table(granules(10));
    const { client } = scratch;
    const { file } = await backUp(table);
    const target = await scratch.table();
    for (const [keys, hasOtherKeys] of [
      [undefined, false],
      [[other.identity], true],
    ] as const) {
      const error: unknown = await restoreTable({ client, file, identities: keys, table: target }).catch((e) => e);
      expect(error).toBeInstanceOf(FileLockedError);
      expect(error).toMatchObject({ code: 'FILE_ENCRYPTED', hasOtherKeys, file });
      expect((error as Error).message).toContain(key.recipient);
      expect((error as Error).message).not.toContain('AGE-SECRET-KEY');
    }
  });

  test('to two recipients is opened by the key of either', async () => {
    const table = await scratch.table(granules(10));
    const { file } = await backUp(table, { recipients: [key.recipient, other.recipient] });
    expect(await idsOf(file, [key.identity])).toHaveLength(10);
    expect(await idsOf(file, [other.identity])).toHaveLength(10);
  });

  test('refuses what is no public key before anything is read, and names no secret key', async () => {
    const { client, directory } = scratch;
    const table = 'prod-AbsentTable';
    for (const bad of ['age1xyz', 'ssh-ed25519 AAAA', key.identity, key.recipient.slice(0, -1)]) {
      for (const run of [backUpTable, planBackUp]) {
        const error: unknown = await run({ client, table, directory, recipients: [bad] }).catch((e) => e);
        expect(error).toBeInstanceOf(RecipientError);
        expect(`${(error as Error).message}${(error as Error).cause}`).not.toContain(key.identity);
      }
    }
    await expect(backUpTable({ client, table, directory, recipients: [] })).rejects.toThrow(RecipientError);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('that stopped leaves nothing, and is begun again from the beginning', async () => {
    const table = await scratch.table(granules(60));
    const interruption = new AbortController();
    const run = backUp(table, {
      segments: 20,
      concurrency: 1,
      abortSignal: interruption.signal,
      onProgress: () => interruption.abort(),
    });
    const error: unknown = await run.catch((e) => e);
    expect(error).toBeInstanceOf(InterruptedError);
    expect((error as Error).message).toContain('an encrypted backup cannot be continued');
    expect((error as InterruptedError).next).toBe('start again');
    expect(readdirSync(scratch.directory)).toEqual([]);
    expect(await backUp(table, { resume: true })).toMatchObject({ resumed: false, items: 60 });
  });

  test('has its place among earlier and dated ones: kept, listed, described, forgotten', async () => {
    const table = await scratch.table(granules(10));
    const { directory } = scratch;
    const first = await backUp(table, { keep: 2 });
    const second = await backUp(table, { keep: 2 });
    expect(second.kept).toHaveLength(1);
    expect(second.kept[0]).toMatch(/\.\d{8}T\d{6}\.\d{3}Z\.json\.age$/);
    expect(await idsOf(second.kept[0] as string)).toHaveLength(10);
    const dated = await backUp(table, { dated: true, gzip: true });
    expect(dated.file).toMatch(/\.\d{8}T\d{6}Z\.json\.gz\.age$/);
    expect((await sortDirectory(directory, () => true)).backups).toEqual([dated.file, first.file].sort());
    const [catalogue] = await listCatalogue(directory);
    expect(catalogue?.backups.map(({ kind, recipients: to, manifest }) => ({ kind, to, manifest }))).toEqual(
      ['dated', 'newest', 'kept'].map((kind) => ({ kind, to: recipients, manifest: 'present' })),
    );
    expect(await describeBackup(dated.file)).toMatchObject({ table, items: 10, compression: 'gzip', recipients });
    const rules = { last: 1 };
    const decisions = chooseForgotten(catalogue?.backups ?? [], rules);
    const { backups } = await forgetBackups({ location: directory, table, rules, decisions });
    expect(backups.map(({ fate }) => fate)).toEqual(['forgotten', 'forgotten']);
    expect(readdirSync(directory).sort()).toEqual(
      [dated.file, dated.manifest].map((path) => path.slice(directory.length + 1)).sort(),
    );
  });

  test('from standard input lies on the disk as it came', async () => {
    const table = await scratch.table(granules(10));
    const { file } = await backUp(table);
    const spooled = await spool(createReadStream(file));
    expect(readFileSync(spooled.path)).toEqual(readFileSync(file));
    expect(await idsOf(spooled.path)).toHaveLength(10);
    await spooled.remove();
  });
});

describe('a file that is not what was encrypted', () => {
  const lines = Array.from({ length: 2_000 }, (_, number) => JSON.stringify(granule(number)));

  async function encrypt(text: string): Promise<Buffer> {
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.recipient);
    return Buffer.from(await encrypter.encrypt(text));
  }

  test('gives an error wherever a bit is flipped or it ends, and no item that was not encrypted', async () => {
    const whole = await encrypt(`${lines.join('\n')}\n`);
    const file = scratch.path('T.json.age');
    const known = new Set(lines);
    const read = async (stored: Buffer): Promise<{ readonly error: unknown; readonly unknown: number }> => {
      writeFileSync(file, stored);
      let unknown = 0;
      try {
        for await (const { item } of findItems({ file, identities }))
          if (!known.has(JSON.stringify(item))) unknown += 1;
        return { error: undefined, unknown };
      } catch (error) {
        return { error, unknown };
      }
    };
    expect(await read(whole)).toEqual({ error: undefined, unknown: 0 });
    const step = 4_099;
    for (let place = 0; place < whole.length; place += place < 300 ? 7 : step) {
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
      for (const stored of [flipped, whole.subarray(0, place), Buffer.concat([whole, whole.subarray(0, place + 1)])]) {
        // Of a file of no bytes nothing is wrong; one that ends in its first line is no encrypted file, and so no line of JSON.
        if (stored.length === 0) continue;
        const { error, unknown } = await read(stored);
        expect({ place, error }).toMatchObject({ error: expect.any(Error) });
        expect((error as { code?: string }).code).toMatch(/^(?:CORRUPT_BACKUP|FILE_ENCRYPTED|INVALID_LINE)$/);
        expect(unknown).toBe(0);
      }
    }
  });

  test('is damaged, not locked, if its manifest proves that its beginning was changed', async () => {
    const table = await scratch.table(granules(10));
    const { file } = await backUp(table);
    const stored = readFileSync(file);
    // Within the part that the secret key opens.
    stored[120] = stored[120] === 0x41 ? 0x42 : 0x41;
    writeFileSync(file, stored);
    await expect(verifyBackup({ file, identities })).rejects.toThrow(CorruptBackupError);
    await expect(restoreTable({ client: scratch.client, file, identities, table })).rejects.toThrow(CorruptBackupError);
  });
});
