import { type Condition, conditions, type Delete, type PlainItem, type Put } from '@cumulus/dynamodb/items';
import { OTHER_CLAIMS } from '../models/files.ts';
import type { FileRecord } from '../schemas/file.ts';

/*
 * A file belongs to the granule that lists it. If several do, it belongs to the one whose workflow started later, then
 * to the one with the greater id. The others are kept in the file's record, so that the next one gets it when the owner
 * no longer lists it. So the record depends only on which granules list the file. Their order does not matter.
 */

/** What changes for a file: a granule lists it, or no longer lists it. */
export type FileChange =
  | { readonly kind: 'list'; readonly file: FileRecord }
  | { readonly kind: 'release'; readonly file: FileKey; readonly granuleId: string };

export interface FileKey {
  readonly bucket: string;
  readonly key: string;
}

/** A text that is the same for the same place. */
export function placeOf({ bucket, key }: FileKey): string {
  return JSON.stringify([bucket, key]);
}

/** The rank of a granule that lists a file. */
interface Claim {
  readonly createdAt?: unknown;
  readonly updatedAt?: unknown;
}

type Claims = { readonly [granuleId: string]: Claim };

/**
 * The write for a file that no other granule lists. If another does, the write fails and returns the record that is
 * there.
 */
export function writeIfAlone(table: string, change: FileChange): Put | Delete {
  if (change.kind === 'list') {
    return { kind: 'put', table, item: { ...change.file }, conditions: [isAlone(change.file.granuleId)] };
  }
  const { bucket, key } = change.file;
  return { kind: 'delete', table, key: { bucket, key }, conditions: [isAlone(change.granuleId)] };
}

function isAlone(granuleId: string): Condition {
  return conditions.anyOf(
    conditions.absent('bucket'),
    conditions.allOf(conditions.equals('granuleId', granuleId), conditions.absent(OTHER_CLAIMS)),
  );
}

/**
 * The write for a file that another granule lists too, which fails if its record is no longer as it was seen; undefined if
 * there is nothing to do.
 */
export function writeAmongOthers(table: string, change: FileChange, seen: PlainItem): Put | Delete | undefined {
  const { bucket, key } = change.file;
  const before = claimsOf(seen);
  const claims = claimsAfter(before, change);
  if (claims === undefined) return undefined;
  const unchanged = ['granuleId', 'createdAt', 'updatedAt', OTHER_CLAIMS].map((field) =>
    conditions.equals(field, seen[field]),
  );
  const owner = ownerOf(claims);
  if (owner === undefined) return { kind: 'delete', table, key: { bucket, key }, conditions: unchanged };
  const { [owner]: own, ...others } = claims;
  const { [OTHER_CLAIMS]: _, createdAt: _created, updatedAt: _updated, ...more } = seen;
  return {
    kind: 'put',
    table,
    item: {
      ...more,
      bucket,
      key,
      granuleId: owner,
      ...own,
      [OTHER_CLAIMS]: Object.keys(others).length === 0 ? undefined : others,
    },
    conditions: unchanged,
  };
}

function claimsOf({ granuleId, createdAt, updatedAt, [OTHER_CLAIMS]: others }: PlainItem): Claims {
  return { ...(others as Claims | undefined), [String(granuleId)]: { createdAt, updatedAt } };
}

/** Undefined if nothing changes. */
function claimsAfter(claims: Claims, change: FileChange): Claims | undefined {
  if (change.kind === 'list') {
    const { granuleId, createdAt, updatedAt } = change.file;
    return { ...claims, [granuleId]: { createdAt, updatedAt } };
  }
  const { [change.granuleId]: released, ...others } = claims;
  return released === undefined ? undefined : others;
}

function ownerOf(claims: Claims): string | undefined {
  const rankOf = ({ createdAt }: Claim): number => (typeof createdAt === 'number' ? createdAt : -1);
  return Object.entries(claims)
    .sort(([idOfA, a], [idOfB, b]) => rankOf(b) - rankOf(a) || (idOfA < idOfB ? 1 : -1))
    .map(([granuleId]) => granuleId)[0];
}
