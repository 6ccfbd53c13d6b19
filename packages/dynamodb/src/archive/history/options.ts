import type { ProgressListener } from '../../items/progress.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { ArchivedTableOptions } from '../open-archive.ts';

export interface ItemHistoryOptions extends ArchivedTableOptions {
  /** The item's key: in typed JSON, or as a person writes it, such as `granuleId=G1`. */
  readonly key: TypedItem | string;
  readonly onProgress?: ProgressListener | undefined;
}
