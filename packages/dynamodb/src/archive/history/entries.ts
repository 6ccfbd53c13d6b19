import type { AttributeChange } from '../../items/attribute-changes.ts';
import type { TypedItem } from '../../items/typed-item.ts';

/** A part of an item's history, in the order of time. */
export type HistoryEntry = ArchivedChange | HistoryGap | ItemInBase;

/** A change of an item. */
export interface ArchivedChange {
  readonly kind: 'change';
  /** The second, as DynamoDB gives it. */
  readonly time: Date;
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly event: string;
  /** Whether DynamoDB deleted the item by its time to live. */
  readonly expired: boolean;
  /** What the change left, in typed JSON; undefined if it deleted the item. */
  readonly item: TypedItem | undefined;
  /** What it changed, attribute by attribute; undefined if it deleted the item, or what that was before is not archived. */
  readonly changed: readonly AttributeChange[] | undefined;
  readonly sequenceNumber: string;
  /** Present if the item may have had other changes after this second and before this one: a pruning has merged them, or an export of a window. */
  readonly mergedSince?: Date | undefined;
  /** The file that has it: a path or URL. */
  readonly file: string;
}

/** What an item was when its history begins, or begins again after a gap. */
export interface ItemInBase {
  readonly kind: 'base';
  /** Over which time the base was read. It may have changes of this time already. */
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** In typed JSON; undefined if the base does not have the item. */
  readonly item: TypedItem | undefined;
  /** The base: a path or URL. */
  readonly file: string;
}

/** A time in which changes of the item may be missing. */
export interface HistoryGap {
  readonly kind: 'gap';
  readonly from: Date;
  readonly until: Date;
}

/** What a history comes to. */
export interface HistoryEnd {
  readonly key: TypedItem;
  /** Whether the item was ever there. */
  readonly isFound: boolean;
  /** How many changes of it there are. */
  readonly changes: number;
}
