import { CumulusError } from '../../aws/errors.ts';
import { ReadingProgress } from '../../backup/read/reading-progress.ts';
import { verifyBackup } from '../../backup/verify.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { FileLockedError } from '../../storage/errors.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { EarlierVersion, Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import type { ProvedFile, SegmentHeader } from '../format/segment.ts';
import type { ListArchiveOptions } from '../list-archive.ts';
import { tablesOf } from '../open-archive.ts';
import { PayloadCheck } from '../payloads/check-payloads.ts';
import { PayloadStore } from '../payloads/payload-store.ts';
import { type ArchivedPayloads, summarizePayloads } from '../payloads/summarize-payloads.ts';
import type { ChainedExport } from '../read/export-chain.ts';
import { type MergedChanges, readMerged } from '../read/merged-changes.ts';
import { openExport } from '../read/open-export.ts';
import { provedBase } from '../read/points.ts';
import { type ReadSegment, readSegment, type TakeChange } from '../read/read-segment.ts';
import { readTableArchive } from '../read/table-archive.ts';
import { SegmentChains } from './segment-chains.ts';

/** Of so many files that are damaged or missing it is looked whether the bucket keeps an earlier version. */
const MAX_LOOKED_FOR = 1_000;

/** A file of an archive that is not as it was written. */
export interface ArchiveProblem {
  /** The path or URL. */
  readonly file: string;
  readonly problem: string;
  /** The newest version that the bucket keeps of it; absent where it keeps none. It may be what was written at first. */
  readonly earlier?: EarlierVersion | undefined;
}

/** What a check of a table's archive has shown. */
export interface VerifiedArchive {
  readonly table: string;
  /** Whether every file is as it was written, and none is missing. */
  readonly isWhole: boolean;
  readonly segments: number;
  readonly changes: number;
  /** Bytes of segments, bases and exports, and of what prunings have kept, as they are stored. */
  readonly bytes: number;
  readonly bases: number;
  /** Files that are encrypted and were not opened, since no secret key opens them: what is stored is proved. */
  readonly unopened: number;
  /** How often changes and the items of bases point to an object in S3, which the archive does not have. */
  readonly pointersToS3: number;
  /** Backups of single seconds that a pruning has kept. */
  readonly states: number;
  /** What became of those objects; undefined if they were never to be copied. */
  readonly payloads: ArchivedPayloads | undefined;
  /** Full and incremental exports by DynamoDB. */
  readonly exports: number;
  readonly problems: readonly ArchiveProblem[];
}

export interface VerifyArchiveOptions extends ListArchiveOptions {
  /** Secret keys of age, to look into what is encrypted too; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** How far the reading of changes, and of each backup, has come. */
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * Proves an archive: reads every segment, every backup and every export to its end. A segment that is missing, altered or at another's place is
 * found, since
 * each has the SHA-256 of the one before it. The last one of a shard has its own lines' SHA-256, and the note of the shard's reading has its.
 *
 * What is wrong is a result, not an error.
 * @param location a directory, or `s3://BUCKET/PREFIX`
 * @throws FileError where there is no such directory; StorageError, AccessDeniedError, ConnectionError, ThrottledError
 * @example
 * ```ts
 * import { verifyArchive } from '@cumulus/dynamodb/archive';
 *
 * for (const { table, isWhole, problems } of await verifyArchive('s3://my-archive/prod')) {
 *   if (!isWhole) console.log(table, problems);
 * }
 * ```
 */
export async function verifyArchive(
  location: string,
  { tables, ...options }: VerifyArchiveOptions = {},
): Promise<readonly VerifiedArchive[]> {
  const storage = await openStorage(location, options);
  const payloads = new PayloadCheck(storage, await PayloadStore.open(location, options));
  const verified: VerifiedArchive[] = [];
  for (const table of await tablesOf(storage, tables)) {
    verified.push(await new TableCheck(storage, table, payloads, options).run());
  }
  return verified;
}

class TableCheck {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #payloadCheck: PayloadCheck;
  readonly #options: VerifyArchiveOptions;
  readonly #progress: ReadingProgress;
  readonly #problems: ArchiveProblem[] = [];
  #segments = 0;
  #changes = 0;
  #bytes = 0;
  #pointers = 0;
  #payloads: ArchivedPayloads | undefined;
  #unopened = 0;
  /** Whether the last file was read without a secret key that opens it. */
  #isLocked = false;

  constructor(storage: Storage, table: string, payloads: PayloadCheck, options: VerifyArchiveOptions) {
    this.#storage = storage;
    this.#table = table;
    this.#payloadCheck = payloads;
    this.#options = options;
    this.#progress = new ReadingProgress(options.onProgress, { phase: 'checking', table, expectedItems: undefined });
  }

  async run(): Promise<VerifiedArchive> {
    const all = (await this.#storage.list(`${this.#table}.`)) ?? [];
    const chains = new SegmentChains({
      ...{ storage: this.#storage, table: this.#table, read: (name) => this.#read(name) },
      onProblem: (name, problem) => this.#add(name, problem),
    });
    await chains.check(all);
    const { bases, states, exports } = await this.#checkBackups(chains.kept);
    await this.#payloadCheck.checkTable(this.#table, all, this.#options.abortSignal, (file, problem) => {
      this.#problems.push({ file, problem });
    });
    return {
      table: this.#table,
      isWhole: this.#problems.length === 0,
      segments: this.#segments,
      changes: this.#changes,
      bytes: this.#bytes,
      bases,
      unopened: this.#unopened,
      pointersToS3: this.#pointers,
      states,
      payloads: this.#payloads,
      exports,
      problems: await this.#withEarlier(),
    };
  }

  /** The problems, with what the bucket keeps of the files that are missing or were replaced. */
  async #withEarlier(): Promise<readonly ArchiveProblem[]> {
    const folder = this.#storage.pathOf('');
    const problems: ArchiveProblem[] = [];
    for (const problem of this.#problems) {
      const isLookedFor = problem.file.startsWith(folder) && problems.length < MAX_LOOKED_FOR;
      const versions = isLookedFor ? await this.#storage.earlierVersions(problem.file.slice(folder.length)) : [];
      problems.push(versions[0] === undefined ? problem : { ...problem, earlier: versions[0] });
    }
    return problems;
  }

  async #read(name: string): Promise<ReadSegment | undefined> {
    try {
      const count: TakeChange = (_, line) => {
        this.#progress.count(line.length);
        return undefined;
      };
      const segment = await this.#tryKeys((identities) =>
        readSegment(this.#storage, name, { takeIfOpen: count, identities, abortSignal: this.#options.abortSignal }),
      );
      this.#countUnopened(segment.header);
      this.#segments += 1;
      this.#changes += segment.header.changes;
      this.#bytes += segment.bytes;
      this.#pointers += segment.header.pointersToS3;
      return segment;
    } catch (error) {
      this.#addError(name, error);
      return undefined;
    }
  }

  async #checkBackups(
    keptOfStreams: readonly ProvedFile[],
  ): Promise<Pick<VerifiedArchive, 'bases' | 'states' | 'exports'>> {
    const { s3, abortSignal, onProgress } = this.#options;
    try {
      const archive = await readTableArchive(this.#storage, this.#table, abortSignal);
      const { bases, states, merged, broken } = archive;
      for (const { name, problem } of broken) this.#add(name, problem);
      const kept = [...keptOfStreams, ...archive.exports.flatMap(({ pruned }) => pruned?.kept ?? [])].filter(
        ({ name }) => !broken.some((each) => each.name === name),
      );
      this.#checkKept(kept, [...[...bases, ...states].map(provedBase), ...merged]);
      for (const file of merged) await this.#checkMerged(file);
      for (const { name, manifest } of [...bases, ...states]) {
        this.#bytes += manifest.file.bytes;
        this.#pointers += manifest.pointersToS3 ?? 0;
        const file = this.#storage.pathOf(name);
        try {
          await this.#tryKeys(async (identities) => {
            const { opened } = await verifyBackup({ file, s3, identities, abortSignal, onProgress });
            if (opened === false) this.#unopened += 1;
          });
        } catch (error) {
          this.#addError(name, error);
        }
      }
      const exported = archive.exports.flatMap(({ runs }) =>
        runs.flatMap(({ full, increments }) => [full, ...increments]),
      );
      for (const each of exported) await this.#checkExport(each);
      this.#payloads = await summarizePayloads(this.#storage, archive, abortSignal);
      return { bases: bases.length, states: states.length, exports: exported.length };
    } catch (error) {
      // Its segment or note is among the problems, or will be.
      if (!(error instanceof ArchiveDamagedError)) throw error;
      return { bases: 0, states: 0, exports: 0 };
    }
  }

  /** Its manifests have to be those that were noted, and prove its data files. */
  async #checkExport(chained: ChainedExport): Promise<void> {
    const { s3, abortSignal, onProgress } = this.#options;
    const { folder, bytes } = chained.note.export;
    this.#bytes += bytes;
    try {
      await (await openExport(this.#storage, chained, this.#options)).close();
      await verifyBackup({ file: this.#storage.pathOf(folder), s3, abortSignal, onProgress });
    } catch (error) {
      this.#addError(folder, error);
    }
  }

  /** What a pruning has left is there, and the same. */
  #checkKept(kept: readonly ProvedFile[], present: readonly ProvedFile[]): void {
    const found = new Map(present.map(({ name, sha256 }) => [name, sha256]));
    for (const { name, sha256 } of kept) {
      const there = found.get(name);
      if (there === undefined) this.#add(name, 'it is missing');
      else if (there !== sha256) this.#add(name, 'it is another file than the one that a pruning has left');
    }
  }

  async #checkMerged(file: MergedChanges): Promise<void> {
    try {
      const { abortSignal } = this.#options;
      await this.#tryKeys((identities) => readMerged(this.#storage, file, { identities, abortSignal }));
      this.#countUnopened(file.header);
      this.#bytes += file.bytes;
    } catch (error) {
      this.#addError(file.name, error);
    }
  }

  /** Reads a file with the secret keys. If none opens it, it is proved as it is stored. */
  async #tryKeys<T>(read: (identities: readonly string[] | undefined) => Promise<T>): Promise<T> {
    const { identities } = this.#options;
    this.#isLocked = identities === undefined;
    return read(identities).catch((error: unknown) => {
      if (!(error instanceof FileLockedError && error.hasOtherKeys)) throw error;
      this.#isLocked = true;
      return read(undefined);
    });
  }

  #countUnopened({ encryption, changes }: Pick<SegmentHeader, 'encryption' | 'changes'>): void {
    if (this.#isLocked && encryption !== undefined && changes > 0) this.#unopened += 1;
  }

  #add(name: string, problem: string): void {
    this.#problems.push({ file: this.#storage.pathOf(name), problem });
  }

  /** What is wrong with a file is a result. What prevents reading any file is not. */
  #addError(name: string, error: unknown): void {
    const isOfFile = error instanceof CumulusError && OF_FILES.has(error.code);
    if (!isOfFile) throw error;
    const isSaid = error instanceof ArchiveDamagedError && error.file === this.#storage.pathOf(name);
    this.#add(name, isSaid ? error.damage : error.problem);
  }
}

const OF_FILES = new Set([
  'ARCHIVE_DAMAGED',
  'CORRUPT_BACKUP',
  'INVALID_LINE',
  'MANIFEST_INVALID',
  'FORMAT_UNREADABLE',
]);
