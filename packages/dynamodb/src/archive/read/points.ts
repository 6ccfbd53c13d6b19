import type { BackupManifest } from '../../backup/format/manifest.ts';
import type { ProvedFile } from '../format/segment.ts';
import type { MergedChanges } from './merged-changes.ts';

/** A backup from which the state of later seconds is made. */
export interface ArchiveBase {
  /** The name of the data file. */
  readonly name: string;
  readonly manifest: BackupManifest;
}

/** A file that is not usable, and why not. */
export interface BrokenFile {
  readonly name: string;
  readonly problem: string;
}

/** What changes are applied to: a backup with merged changes, in their order. */
export interface Start {
  readonly base: ArchiveBase;
  readonly increments: readonly MergedChanges[];
  /** The second that it is the state of, in milliseconds since 1970; undefined for a backup of the live table. */
  readonly at: number | undefined;
  /** The label of the stream whose changes can follow; undefined where the table's identity decides. */
  readonly label: string | undefined;
}

/** A second whose state is stored. */
export interface ArchivedPoint extends Start {
  readonly at: number;
}

/** A backup of the live table as a start. */
export function startOfBase(base: ArchiveBase): Start {
  return { base, increments: [], at: undefined, label: undefined };
}

/**
 * The seconds whose states are stored, in order. A second can be there several times: as a backup, and as the end of merged changes.
 * @param states backups that were made from an archive
 * @param bases backups of the live table
 * @returns also merged changes that follow something that is not there
 */
export function findPoints(
  states: readonly ArchiveBase[],
  bases: readonly ArchiveBase[],
  merged: readonly MergedChanges[],
): { readonly points: readonly ArchivedPoint[]; readonly broken: readonly BrokenFile[] } {
  const known = new Map<string, Start>();
  const add = (file: ProvedFile | null | undefined, start: Start): void => {
    if (file != null && !known.has(keyOf(file))) known.set(keyOf(file), start);
  };
  const points: ArchivedPoint[] = [];
  for (const base of bases) add(provedBase(base), startOfBase(base));
  for (const base of states) {
    const { fromArchive, scan } = base.manifest;
    const point = { at: Date.parse(scan.endedAt), base, increments: [], label: fromArchive?.stream };
    add(provedBase(base), point);
    add(fromArchive?.replaces, point);
    points.push(point);
  }
  const broken: BrokenFile[] = [];
  // What comes before is earlier, so that it is known already.
  for (const file of [...merged].sort((a, b) => timeOf(a) - timeOf(b))) {
    const { previous, replaces, stream } = file.header;
    const before = known.get(keyOf(previous));
    const at = timeOf(file);
    if (before === undefined || (before.at ?? 0) >= at) {
      broken.push({ name: file.name, problem: `it follows ${previous.name}, which is missing or another file` });
      continue;
    }
    const point = { at, base: before.base, increments: [...before.increments, file], label: stream.label };
    add(file, point);
    add(replaces, point);
    points.push(point);
  }
  return { points: points.sort((a, b) => a.at - b.at), broken };
}

/** A backup as merged changes name it. */
export function provedBase({ name, manifest }: ArchiveBase): ProvedFile {
  return { name, sha256: manifest.file.sha256 };
}

/** The second at which merged changes end, in milliseconds since 1970. */
export function timeOf({ header }: MergedChanges): number {
  return Date.parse(header.at);
}

function keyOf({ name, sha256 }: ProvedFile): string {
  return `${sha256} ${name}`;
}
