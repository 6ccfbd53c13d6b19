import * as z from 'zod';
import { createdAt, hashKey, rangeKey, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

export const fileSchema = z
  .strictObject({
    bucket: hashKey.describe('The S3 bucket that holds the file.'),
    key: rangeKey.describe("The file's key in that bucket."),
    granuleId: text.describe('The granule that the file belongs to.'),
    createdAt,
    updatedAt,
  })
  .meta({ title: 'File', description: 'Which granule an object in S3 belongs to.' });

/** The record of a file; `File` is something else in Node.js. */
export type FileRecord = RecordOf<typeof fileSchema>;
export type NewFileRecord = NewRecordOf<typeof fileSchema>;

export const fileType: RecordType<FileRecord, 'bucket' | 'key'> = defineRecordType({
  name: 'file',
  table: 'FilesTable',
  key: ['bucket', 'key'],
  schema: fileSchema,
});
