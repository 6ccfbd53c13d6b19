import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { RawItem } from '../test/kit/raw-requests.ts';
import { type KeyNames, type State, stateOf } from './canonical.ts';

/** A data file that one of the manifests beside it proves, to the byte and to the item. */
export interface BackupOnDisk {
  readonly items: number;
  readonly state: State;
  readonly manifest: Readonly<Record<string, unknown>>;
}

interface ManifestFields {
  readonly items: number;
  readonly file: { readonly bytes: number; readonly sha256: string };
}

/** The lines of a data file, as docs/reference/backup-format.md describes it. */
export async function readLines(file: string): Promise<readonly string[]> {
  const content = await readFile(file);
  const text = (file.endsWith('.gz') && content.length > 0 ? gunzipSync(content) : content).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}

/**
 * Reads a backup by the published format alone: the manifest is the one whose size and SHA-256 are the data file's, be it the
 * current one or the next.
 * @returns undefined where there is no data file
 * @throws Error that says why what is there is no complete backup
 */
export async function readBackup(dataFile: string, keys: KeyNames): Promise<BackupOnDisk | undefined> {
  if (!(await isFile(dataFile))) return undefined;
  const content = await readFile(dataFile);
  const sha256 = sha256Of(content);
  const manifests = await Promise.all(
    [`${dataFile}.manifest.json`, `${dataFile}.manifest.json.next`].map(readManifest),
  );
  const manifest = manifests.find((read) => read?.file.sha256 === sha256 && read.file.bytes === content.length);
  if (manifest === undefined) throw new Error(`no manifest proves ${dataFile} (SHA-256 ${sha256})`);
  const lines = await readLines(dataFile);
  if (lines.length !== manifest.items) {
    throw new Error(`${dataFile} has ${lines.length} lines, its manifest says ${manifest.items}`);
  }
  const state = stateOf(
    lines.map((line) => JSON.parse(line) as RawItem),
    keys,
  );
  return { items: lines.length, state, manifest: { ...manifest } };
}

async function readManifest(path: string): Promise<ManifestFields | undefined> {
  if (!(await isFile(path))) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ManifestFields;
  } catch {
    return undefined;
  }
}

/** Only a file is read: a FIFO that a fault planted would never end. */
async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** What a file holds, to see whether it changed. */
export async function hashOf(file: string): Promise<string> {
  return sha256Of(await readFile(file));
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
