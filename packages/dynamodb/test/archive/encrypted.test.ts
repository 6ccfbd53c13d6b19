import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { Decrypter } from 'age-encryption';
import { compareAt } from '../../src/archive/compare-at.ts';
import { diffTimes } from '../../src/archive/diff-times.ts';
import { itemHistory } from '../../src/archive/history/item-history.ts';
import { listArchive } from '../../src/archive/list-archive.ts';
import { pruneArchive } from '../../src/archive/prune/prune-archive.ts';
import { restoreAt } from '../../src/archive/restore-at.ts';
import { stateToFile } from '../../src/archive/state-to-file.ts';
import {
  type VerifiedArchive,
  type VerifyArchiveOptions,
  verifyArchive,
} from '../../src/archive/verify/verify-archive.ts';
import { findItems } from '../../src/backup/select/find-items.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { FileLockedError, RecipientError } from '../../src/storage/errors.ts';
import { newKey } from '../backup/encrypted/keys.ts';
import { granule } from '../scratch.ts';
import { Archived, byKey, type Followed, QUICK } from './archived.ts';

const [key, other] = [await newKey(), await newKey()];
const recipients = [key.recipient];
const identities = [key.identity];
const both = [key.identity, other.identity];

/** What is written, and what is there at the end. */
const CHANGES = 29;
const ITEMS = 26;

/** In every item's value. */
const MARKER = 'not-for-the-disk';
const marked = (number: number, status = 'new'): TypedItem => granule(number, { status: { S: `${MARKER}-${status}` } });
const keyOf = (number: number): TypedItem => ({ granuleId: marked(number)['granuleId'] as never });

/** The files under a folder that have the marker, as they are or in gzip. */
function withMarker(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => {
      const bytes = readFileSync(path);
      const text = bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])) ? gunzipSync(bytes) : bytes;
      return bytes.includes(MARKER) || text.includes(MARKER);
    });
}

/** Files without a name that this process has open, and that have the marker. */
function openWithMarker(): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => readFileSync(path).includes(MARKER));
}

const segments = (archive: string): readonly string[] =>
  readdirSync(archive).filter((name) => name.endsWith('.changes.gz'));

/** The first line of a segment, and what follows it. */
function partsOf(path: string): { readonly header: Record<string, unknown>; readonly rest: Buffer } {
  const text = gunzipSync(readFileSync(path));
  const end = text.indexOf('\n');
  return { header: JSON.parse(text.subarray(0, end).toString('utf8')), rest: text.subarray(end + 1) };
}

onDynamoDBLocal('an encrypted archive', () => {
  const scratch = new Archived();
  const folder = ownFolder();
  const whole = join(folder, 'archive');
  let followed: Followed;
  let at = new Date(0);

  const pass = (): Promise<void> => sleep(QUICK.settle + 1_100);

  const verified = async (archive: string, options: VerifyArchiveOptions = {}): Promise<VerifiedArchive> =>
    (await verifyArchive(archive, options))[0] as VerifiedArchive;

  /** A copy of the archive that the first test makes. */
  function copyOf(): string {
    const copy = mkdtempSync(join(folder, 'copy-'));
    cpSync(whole, copy, { recursive: true });
    return copy;
  }

  test('has no plain item from the time on at which it has recipients, whoever follows it', async () => {
    followed = await scratch.followed();
    const { front, table } = followed;
    const follow = (to?: readonly string[]) => scratch.follow(followed, { once: true, recipients: to });
    await expect(follow(['age1none'])).rejects.toThrow(RecipientError);
    for (let number = 0; number < 5; number += 1) await front.put(marked(number));
    await follow(recipients);
    await pass();
    await front.put(marked(1, 'later'));
    await front.delete(keyOf(2));
    // So many that each shard has some.
    for (let number = 20; number < 40; number += 1) await front.put(marked(number));
    await front.split(1);
    await front.put(marked(7));
    // Without recipients: it stays encrypted, in the child of a shard too.
    await follow();
    await pass();
    await front.put(marked(8));
    await pass();
    await follow([other.recipient]);
    expect(withMarker(scratch.archive)).toEqual([]);
    expect(readdirSync(scratch.archive).filter((name) => /^.*\d{8}T\d{6}Z\.json\.gz\.age$/.test(name))).toHaveLength(1);
    const headers = segments(scratch.archive).map((name) => partsOf(join(scratch.archive, name)).header);
    expect(headers.filter(({ encryption }) => encryption === undefined)).toEqual([]);
    at = (await scratch.summary()).restorable.at(-1)?.to as Date;
    expect(front.stateAt(at.getTime() / 1000).size).toBe(ITEMS);
    expect((await listArchive(scratch.archive))[0]).toMatchObject({ table, changes: CHANGES });
    cpSync(scratch.archive, whole, { recursive: true });
  });

  test('is proved as it is stored without a key, and to its changes with all keys', async () => {
    const unopened = await verified(whole);
    const withChanges = segments(whole).filter((name) => partsOf(join(whole, name)).header['changes'] !== 0);
    expect(unopened).toMatchObject({ isWhole: true, problems: [], changes: CHANGES, bases: 1 });
    expect(unopened.unopened).toBe(withChanges.length + 1);
    expect(await verified(whole, { identities: both })).toEqual({ ...unopened, unopened: 0 });
    const { unopened: some } = await verified(whole, { identities });
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(unopened.unopened);
  });

  test('that was altered at any byte is found without a key', async () => {
    const archive = copyOf();
    const [name = ''] = segments(archive).filter((each) => partsOf(join(archive, each)).header['changes'] !== 0);
    const path = join(archive, name);
    const stored = readFileSync(path);
    for (let place = 0; place < stored.length; place += 61) {
      const flipped = Buffer.from(stored);
      flipped.writeUInt8((flipped.at(place) ?? 0) ^ (1 << (place % 8)), place);
      writeFileSync(path, flipped);
      for (const options of [{}, { identities: both }]) {
        expect({ place, isWhole: (await verified(archive, options)).isWhole }).toEqual({ place, isWhole: false });
      }
    }
  });

  test('has segments that any software opens: gunzip, age for what follows the first line, gunzip', async () => {
    const [name = ''] = segments(whole).filter((each) => partsOf(join(whole, each)).header['changes'] !== 0);
    const { header, rest } = partsOf(join(whole, name));
    const { recipients: to } = header['encryption'] as { readonly recipients: readonly string[] };
    const decrypter = new Decrypter();
    decrypter.addIdentity(to[0] === key.recipient ? key.identity : other.identity);
    const lines = gunzipSync(await decrypter.decrypt(rest)).toString('utf8');
    expect(lines.trimEnd().split('\n')).toHaveLength(header['changes'] as number);
    expect(lines).toContain(MARKER);
  });

  test('gives states, histories and differences with the keys; a state is to those who can read it now', async () => {
    const { table, front } = followed;
    const archive = whole;
    const options = { archive, table, identities: both };
    const { file } = await stateToFile({ ...options, at, directory: scratch.path('s') });
    expect(file).toBe(scratch.path(`s/${table}.json.gz.age`));
    const items: TypedItem[] = [];
    for await (const { item } of findItems({ file, identities: [other.identity] })) items.push(item);
    expect(byKey(items)).toEqual(byKey(front.stateAt(at.getTime() / 1000).values()));
    const history: string[] = [];
    for await (const entry of itemHistory({ ...options, key: keyOf(2) })) {
      history.push(entry.kind === 'change' ? entry.event : entry.kind);
    }
    expect(history).toEqual(expect.arrayContaining(['INSERT', 'REMOVE']));
    const from = (await listArchive(archive))[0]?.restorable[0]?.from as Date;
    const difference = diffTimes({ ...options, from, to: at });
    for await (const { key: changed } of difference) expect(changed).toHaveProperty('granuleId');
  });

  test('is restored without a plain item on the disk meanwhile, also in files without a name', async () => {
    const { table } = followed;
    const seen: string[] = [];
    let looks = 0;
    const look = (): void => {
      looks += 1;
      const temporary = readdirSync(tmpdir()).filter((name) => name.startsWith('cumulus-archive-'));
      const folders = [scratch.directory, ...temporary.map((name) => join(tmpdir(), name))];
      seen.push(...folders.flatMap(withMarker), ...openWithMarker());
    };
    const options = { client: scratch.client, archive: whole, identities: both, table, at, onProgress: look };
    const to = await scratch.table();
    expect((await restoreAt({ ...options, to })).comparison).toMatchObject({ equal: true, same: ITEMS });
    const workDirectory = scratch.path('work');
    const again = await restoreAt({ ...options, to: await scratch.table(), workDirectory });
    expect(again.comparison?.equal).toBe(true);
    expect(readdirSync(workDirectory)).toContain(`${table}.json.age`);
    const compared = await compareAt({ ...options, liveTable: { client: scratch.client, name: to } });
    expect(compared.comparison.equal).toBe(true);
    look();
    expect(looks).toBeGreaterThan(1);
    expect(seen).toEqual([]);
  });

  test('is not read without all keys of its time: the error names a file, and nothing is made', async () => {
    const { table } = followed;
    const to = await scratch.table();
    const options = { archive: whole, table, at };
    for (const keys of [undefined, [key.identity]]) {
      for (const run of [
        () => stateToFile({ ...options, identities: keys, directory: scratch.path('state') }),
        () => restoreAt({ ...options, client: scratch.client, identities: keys, to }),
      ]) {
        await expect(run()).rejects.toThrow(FileLockedError);
      }
    }
    expect(readdirSync(scratch.path('state'))).toEqual([]);
  });

  test('is pruned with the keys only, if changes have to be merged; these are encrypted', async () => {
    const { table, front } = followed;
    const archive = copyOf();
    const keep = { daily: 2 };
    const [before] = await listArchive(archive);
    const first = before?.restorable[0]?.from as Date;
    // Everything but the last second is merged.
    const options = { keep, recent: 1_000 };
    const names = readdirSync(archive);
    for (const keys of [undefined, [other.identity]]) {
      await expect(pruneArchive(archive, { ...options, identities: keys })).rejects.toThrow(FileLockedError);
      expect(names.filter((name) => !readdirSync(archive).includes(name))).toEqual([]);
    }
    const [pruned] = await pruneArchive(archive, { ...options, identities: both });
    expect(pruned?.written).toBeGreaterThan(0);
    const merged = readdirSync(archive).filter((name) => name.endsWith('.merged.gz'));
    expect(merged.length).toBeGreaterThan(0);
    expect(withMarker(archive)).toEqual([]);
    expect(await verified(archive, { identities: both })).toMatchObject({ isWhole: true, problems: [], unopened: 0 });
    expect(await verified(archive)).toMatchObject({ isWhole: true, problems: [] });
    for (const time of [first, at]) {
      const directory = mkdtempSync(join(folder, 'state-'));
      const { items } = await stateToFile({ archive, identities: both, table, at: time, directory });
      expect(items).toBe(front.stateAt(time.getTime() / 1000).size);
    }
    const [name = ''] = merged;
    const stored = readFileSync(join(archive, name));
    writeFileSync(join(archive, name), stored.subarray(0, -30));
    expect((await verified(archive)).isWhole).toBe(false);
  });

  test('may begin as a plain one', async () => {
    const plain = await scratch.followed();
    await plain.front.put(marked(1));
    await scratch.follow(plain, { once: true });
    const before = withMarker(scratch.archive);
    expect(before.length).toBeGreaterThan(0);
    await plain.front.put(marked(2));
    await scratch.follow(plain, { once: true, recipients });
    expect(withMarker(scratch.archive)).toEqual(before);
    expect(await verified(scratch.archive, { identities })).toMatchObject({ isWhole: true, unopened: 0 });
  });

  test('has no copies of objects: it is refused before anything is written, also where no recipients are given', async () => {
    const { table } = followed;
    const encrypted = await scratch.followed();
    const payloads = { buckets: ['prod-private'] };
    const given = scratch.follow(encrypted, { once: true, recipients, payloads });
    await expect(given).rejects.toMatchObject({ code: 'RECIPIENT_INVALID' });
    await expect(given).rejects.toThrow(encrypted.table);
    expect(existsSync(scratch.archive)).toBe(false);
    const inIt = scratch.follow({ ...encrypted, table }, { once: true, payloads, archive: whole });
    await expect(inIt).rejects.toThrow('Nothing was changed.');
  });
});
