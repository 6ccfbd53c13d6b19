import type { PlainItem } from '@cumulus/dynamodb/items';
import { type FileRecord, fileType, type NewFileRecord } from '../schemas/file.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/**
 * The attribute of a file that more than one granule lists: those that it is not recorded of, by their ids. It is there
 * only while there are such.
 */
export const OTHER_CLAIMS = 'otherClaims';

/** Reads and writes the records of files. */
export class FileModel extends RecordModel<FileRecord, NewFileRecord, 'bucket' | 'key'> {
  constructor(context: ModelContext) {
    super(fileType, context);
  }

  protected override async unseal(item: PlainItem): Promise<FileRecord> {
    const { [OTHER_CLAIMS]: _, ...file } = item;
    return super.unseal(file);
  }
}
