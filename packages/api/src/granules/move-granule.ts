import { createHash } from 'node:crypto';
import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import {
  compareS3Objects,
  copyS3Object,
  type S3Location,
  type S3Objects,
  StorageError,
} from '@cumulus/dynamodb/storage';
import { type MetadataFormat, metadataFormatOf } from '@cumulus/models/messages';
import { finishMove, type LeftPlace, recordMove } from '@cumulus/models/recording';
import type { Granule, GranuleFile } from '@cumulus/models/schemas';
import type { MovedMetadata } from '../cmr/move-links.ts';
import type { MovedFile } from '../cmr/moved-links.ts';
import { GranuleConflictError, GranuleRequestError } from '../errors.ts';
import { askFiles } from './ask-files.ts';
import { distributedBuckets } from './distributed-buckets.ts';
import type { GranuleServices } from './granule-services.ts';
import { MAX_METADATA_BYTES, nativeIdOf } from './native-id.ts';
import { type Destination, type MovePlan, nameOf, planMove } from './plan-move.ts';

/** Files that are compared or copied at once. */
const FILES_AT_ONCE = 8;

type Status = NonNullable<Awaited<ReturnType<S3Objects['status']>>>;

/** A metadata file of the granule, as it is now and as it will be. */
interface MetadataFile {
  readonly at: S3Location;
  readonly to: S3Location;
  readonly format: MetadataFormat;
  readonly status: Status;
  readonly text: string;
  readonly moved: MovedMetadata;
}

/**
 * Moves files of a granule: copies them, compares the copies, writes the links in its metadata, publishes these where the granule is
 * published, changes its records, and deletes what the files have left. Whenever this is interrupted, record and CMR name files that are
 * there, and the same request goes on.
 * @param find reads the granule; throws where it is not there
 * @throws GranuleRequestError, GranuleConflictError; CmrError, MetadataError, NotConfiguredError, ServiceUnavailableError
 */
export async function moveGranule(
  find: () => Promise<Granule>,
  destinations: readonly Destination[],
  services: GranuleServices,
): Promise<void> {
  const { granuleId } = await find();
  await finish(granuleId, services);
  const granule = await find();
  const plan = await planMove(granule, destinations);
  if (plan.moves.length === 0) return;
  await new Move(granule, plan, services).run();
  await finish(granuleId, services);
}

/** Deletes what the files of a recorded move have left, unless something else is there by now. */
function finish(granuleId: string, { target, clients }: GranuleServices): Promise<void> {
  const remove = async (place: LeftPlace): Promise<void> => {
    try {
      await askFiles(clients, async (objects) => {
        if ((await objects.status(place))?.etag === place.etag) await objects.remove(place);
      });
    } catch (error) {
      if (!(error instanceof StorageError && error.isBucketMissing)) throw error;
    }
  };
  return finishMove(target, granuleId, remove);
}

class Move {
  readonly #granule: Granule;
  readonly #plan: MovePlan;
  readonly #services: GranuleServices;
  readonly #sources = new Map<MovedFile, Status>();

  constructor(granule: Granule, plan: MovePlan, services: GranuleServices) {
    this.#granule = granule;
    this.#plan = plan;
    this.#services = services;
  }

  async run(): Promise<void> {
    this.#checkGranule();
    const metadata = await this.#readMetadata();
    const data = this.#plan.moves.filter((move) => metadataFormatOf(move.from.key) === undefined);
    const present = await this.#compareTargets(data, metadata);
    const absent = data.filter((move) => !present.has(move));
    await forEachAtOnce(absent, FILES_AT_ONCE, undefined, (move) => this.#copy(move));
    for (const file of metadata) await this.#writeMetadata(file);
    if (this.#granule.published) await this.#publish(metadata);
    await this.#record(metadata);
  }

  /** What can be known before anything is asked. */
  #checkGranule(): void {
    const { granuleId, status, published, files = [] } = this.#granule;
    if (status === 'running')
      throw new GranuleConflictError(
        `Granule ${granuleId} is running, and its workflow may need the files where they are.`,
      );
    if (!published) return;
    this.#services.cmr.requireConfigured();
    const found = files.filter(({ key }) => metadataFormatOf(key) !== undefined);
    if (found.length === 1) return;
    const how = found.length === 0 ? 'has no metadata file' : 'has several metadata files';
    throw new GranuleConflictError(
      `Granule ${granuleId} is published to CMR, but ${how}, by which CMR would learn where its files are. Nothing was moved.`,
    );
  }

  /** All metadata files of the granule, also those that stay. */
  async #readMetadata(): Promise<readonly MetadataFile[]> {
    const found: MetadataFile[] = [];
    for (const { bucket, key } of this.#granule.files ?? []) {
      const format = metadataFormatOf(key);
      if (!bucket || !key || format === undefined) continue;
      const at = { bucket, key };
      const status = await this.#ask((objects) => objects.read(at, { maxBytes: MAX_METADATA_BYTES }));
      if (status === undefined) throw this.#missing(at);
      const move = this.#plan.moves.find(({ from }) => nameOf(from) === nameOf(at));
      const text = status.content.toString('utf8');
      found.push({ at, to: move?.to ?? at, format, status, text, moved: await this.#moveLinks(format, text, at) });
    }
    return found;
  }

  async #moveLinks(format: MetadataFormat, text: string, at: S3Location): Promise<MovedMetadata> {
    const { moves } = this.#plan;
    const isDistributed = await distributedBuckets(
      moves.flatMap(({ from, to }) => [from.bucket, to.bucket]),
      this.#services,
    );
    const { moveLinks } = await import('../cmr/move-links.ts');
    const { distributionUrl } = this.#services;
    return moveLinks(format, text, moves, { name: nameOf(at), isDistributed, distributionUrl });
  }

  /**
   * Compares the files with what is at their destinations, before anything is changed.
   * @returns those that are there already, because an earlier request was interrupted
   */
  async #compareTargets(
    data: readonly MovedFile[],
    metadata: readonly MetadataFile[],
  ): Promise<ReadonlySet<MovedFile>> {
    const present = new Set<MovedFile>();
    const inTheWay: string[] = [];
    await forEachAtOnce(data, FILES_AT_ONCE, undefined, async (move) => {
      const source = await this.#ask((objects) => objects.status(move.from));
      if (source === undefined) throw this.#missing(move.from);
      const { size } = move.file;
      if (size !== undefined && size !== source.size) {
        throw new GranuleConflictError(
          `${nameOf(move.from)} has ${source.size} bytes, but its granule’s record says ${size}. Nothing was moved.`,
        );
      }
      this.#sources.set(move, source);
      const compared = await this.#ask((objects) => compareS3Objects(objects, move.from, move.to));
      if (compared === 'same') present.add(move);
      if (compared === 'different') inTheWay.push(move.to.key);
    });
    for (const { at, to, text, moved } of metadata) {
      if (nameOf(at) === nameOf(to)) continue;
      const there = await this.#ask((objects) => objects.read(to, { maxBytes: MAX_METADATA_BYTES }));
      const content = there?.content.toString('utf8');
      if (content !== undefined && content !== moved.text && content !== text) inTheWay.push(to.key);
    }
    if (inTheWay.length === 0) return present;
    const names = inTheWay.map((key) => key.replace(/^.*\//s, '')).sort();
    throw new GranuleConflictError(
      'Cannot move granule because the following files would be overwritten at the destination location: ' +
        `${names.join(', ')}. Delete the existing files or reingest the source files.`,
    );
  }

  async #copy(move: MovedFile): Promise<void> {
    const { from, to } = move;
    const source = this.#sources.get(move) as Status;
    await this.#ask((objects) => copyS3Object(objects, { location: from, status: source }, to));
    // Of two requests at once the one may find the other's copy.
    const compared = await this.#ask((objects) => compareS3Objects(objects, from, to));
    if (compared === 'same') return;
    if (compared === 'missing') throw new GranuleConflictError(`${nameOf(from)} was changed while it was being moved.`);
    throw new GranuleConflictError(`The copy ${nameOf(to)} is not what ${nameOf(from)} is.`, [
      'The file stays where it was, and the copy was left. Look whether something else writes one of them.',
    ]);
  }

  async #writeMetadata({ at, to, format, status, text, moved }: MetadataFile): Promise<void> {
    if (nameOf(at) === nameOf(to) && moved.text === text) return;
    await this.#ask(async (objects) => {
      const contentType = status.contentType ?? (format === 'echo10' ? 'application/xml' : 'application/json');
      const [tagging, there] = [await objects.tagging(at), await objects.status(to)];
      const demand = there === undefined ? ('absent' as const) : { etag: there.etag };
      const options = { demand, contentType, tagging, metadata: status.metadata };
      if ((await objects.put(to, moved.text, options)) !== undefined) return;
      throw new GranuleConflictError(`${nameOf(to)} was changed while the granule was being moved.`);
    });
  }

  async #publish([file]: readonly MetadataFile[]): Promise<void> {
    if (file === undefined) return;
    const { format, moved } = file;
    const nativeId = await nativeIdOf(this.#granule, this.#services);
    await this.#services.cmr.publish({ nativeId, format, version: moved.version, text: moved.text });
  }

  async #record(metadata: readonly MetadataFile[]): Promise<void> {
    const { granuleId, updatedAt: seenAt, productVolume } = this.#granule;
    const files = this.#plan.files.map((file) => {
      const written = metadata.find(({ to }) => to.bucket === file.bucket && to.key === file.key);
      return written === undefined ? file : fileOfText(file, written);
    });
    const from = this.#plan.moves.map((move): LeftPlace => {
      const read = metadata.find(({ at }) => nameOf(at) === nameOf(move.from));
      return { ...move.from, etag: String((read?.status ?? this.#sources.get(move))?.etag) };
    });
    const volume = files.reduce((sum, { size = 0 }) => sum + size, 0);
    const moved = { granuleId, seenAt, files, from, productVolume: productVolume === undefined ? undefined : volume };
    const outcome = await recordMove(this.#services.target, moved, this.#services.now());
    if (outcome === 'recorded') return;
    throw new GranuleConflictError(
      outcome === 'too large'
        ? `Granule ${granuleId} has too many files to be moved at once. Move some of them, and then the others.`
        : `Granule ${granuleId} was changed while it was being moved.`,
      ['Its files are still where they were, and copies of them at the destination.'],
    );
  }

  #missing(place: S3Location): GranuleConflictError {
    return new GranuleConflictError(
      `${nameOf(place)}, a file of granule ${this.#granule.granuleId}, does not exist. Nothing was moved.`,
    );
  }

  /** A bucket that does not exist is a mistake of whoever asked. */
  async #ask<T>(ask: (objects: S3Objects) => Promise<T>): Promise<T> {
    try {
      return await askFiles(this.#services.clients, ask);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      throw new GranuleRequestError(error.problem, [], error);
    }
  }
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', sha1: 'sha1', sha256: 'sha256', sha512: 'sha512' };

/**
 * A file's entry after its text was written: its size and checksum. One of a kind that is not made here goes, unless the text is surely
 * the one that it was made of; what stays in its place may have been written by an interrupted request.
 */
function fileOfText(file: GranuleFile, { at, to, text, moved }: MetadataFile): GranuleFile {
  const { checksum, checksumType, ...others } = file;
  const size = Buffer.byteLength(moved.text);
  const isSame = moved.text === text && nameOf(at) !== nameOf(to);
  if (isSame || checksum === undefined) return { ...file, size };
  const kind = HASHES[checksumType?.toLowerCase().replace('-', '') ?? ''];
  if (kind === undefined) return { ...others, size };
  return { ...others, size, checksumType, checksum: createHash(kind).update(moved.text).digest('hex') };
}
