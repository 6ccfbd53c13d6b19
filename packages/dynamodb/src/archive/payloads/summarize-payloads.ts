import { forEachAtOnce } from '../../aws/workers.ts';
import type { Storage } from '../../storage/storage.ts';
import { type PayloadSource, parsePayloadNoteName, payloadNotesOf } from '../format/payload-note.ts';
import type { TableArchive } from '../read/table-archive.ts';
import { type CopiedPayloads, NO_PAYLOADS } from './options.ts';
import { PayloadLog } from './payload-log.ts';

/** Logs that are opened at once. */
const AT_ONCE = 16;

/** What an archive has of the objects in S3 that changes and the items of bases point to, each once a segment or base. */
export interface ArchivedPayloads extends CopiedPayloads {
  /** Pointers whose objects were not looked for yet, each as often as it is there. */
  readonly pending: number;
}

/** A source, and how many pointers it has. */
interface Pointing {
  readonly source: PayloadSource;
  readonly pointers: number;
}

/**
 * What an archive has of a table's payloads, as the last notes say; undefined if they were never to be copied.
 * @throws ArchiveDamagedError
 */
export async function summarizePayloads(
  storage: Storage,
  archive: TableArchive,
  abortSignal?: AbortSignal,
): Promise<ArchivedPayloads | undefined> {
  const names = (await storage.list(`${archive.table}.`)) ?? [];
  const noted = new Set(names.map((name) => parsePayloadNoteName(name)?.source));
  const sources = pointingIn(archive);
  if (!sources.some(({ source }) => noted.has(payloadNotesOf(source)))) return undefined;
  let sum: ArchivedPayloads = { ...NO_PAYLOADS, pending: 0 };
  await forEachAtOnce(sources, AT_ONCE, abortSignal, async ({ source, pointers }) => {
    const { total } = await PayloadLog.open(storage, source, names);
    sum = {
      copied: sum.copied + total.copied,
      bytes: sum.bytes + total.bytes,
      gone: sum.gone + total.gone,
      elsewhere: sum.elsewhere + total.elsewhere,
      failed: sum.failed + total.failed,
      pending: sum.pending + Math.max(0, pointers - total.pointers),
    };
  });
  return sum;
}

function pointingIn({ table, streams, bases }: TableArchive): readonly Pointing[] {
  const ofChanges = streams.flatMap(({ stream, shards }) =>
    shards.map(({ id, head }) => ({
      source: { table, label: stream.label, shard: id },
      pointers: head?.header.total.pointersToS3 ?? 0,
    })),
  );
  const ofBases = bases.map(({ manifest }) => ({
    source: { table, base: manifest.file.sha256 },
    pointers: manifest.pointersToS3 ?? 0,
  }));
  return [...ofChanges, ...ofBases].filter(({ pointers }) => pointers > 0);
}
