import * as z from 'zod';
import {
  collectionId,
  count,
  createdAt,
  error,
  executionUrl,
  hashKey,
  providerId,
  rangeKey,
  redriveCount,
  seconds,
  timestamp,
  updatedAt,
} from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';
import { GRANULE_STATUSES } from './statuses.ts';

const granuleFileSchema = z.strictObject({
  bucket: z.string().describe('The S3 bucket that holds the file.').optional(),
  key: z.string().describe("The file's key in that bucket.").optional(),
  fileName: z.string().describe("The file's name without folders.").optional(),
  size: count.describe('The size in bytes.').optional(),
  checksum: z
    .union([z.string(), z.number()], 'must be a string or a number')
    .describe('The checksum; a number for those that are, such as CKSUM.')
    .optional(),
  checksumType: z.string().describe('How the checksum is made: md5, CKSUM, …').optional(),
  type: z.string().describe('What the file is: data, metadata, browse, …').optional(),
  source: z.string().describe('Where the file came from.').optional(),
});

export const granuleSchema = z
  .strictObject({
    // In the index by collection it is the range key.
    granuleId: rangeKey.describe('The id of the granule.'),
    collectionId,
    status: z.enum(GRANULE_STATUSES).describe('How far the granule is.'),
    execution: executionUrl,
    pdrName: hashKey.describe('The PDR that named the granule.').optional(),
    cmrLink: z.string().describe("The granule's address in CMR.").optional(),
    published: z.boolean().describe('Whether the granule is published to CMR.').default(false),
    duration: seconds.describe('How long the granule took, in seconds.').optional(),
    files: z.array(granuleFileSchema).describe("The granule's files.").optional(),
    error: error.optional(),
    productVolume: count.describe('The sum of the sizes of the files, in bytes.').optional(),
    timeToPreprocess: seconds.describe('How long it took to fetch the granule, in seconds.').optional(),
    timeToArchive: seconds.describe('How long it took to publish the granule to CMR, in seconds.').optional(),
    beginningDateTime: z.string().describe('When the data begin, as ISO 8601.').optional(),
    endingDateTime: z.string().describe('When the data end, as ISO 8601.').optional(),
    processingStartDateTime: z.string().describe('When the execution started, as ISO 8601.').optional(),
    processingEndDateTime: z.string().describe('When the execution ended, as ISO 8601.').optional(),
    lastUpdateDateTime: z.string().describe('When the data were last changed, as ISO 8601.').optional(),
    productionDateTime: z.string().describe('When the data were produced, as ISO 8601.').optional(),
    provider: providerId.optional(),
    dataType: z.string().describe('The data type, as PDRs name it.').optional(),
    version: z.string().describe("The collection's version.").optional(),
    redriveCount: redriveCount.optional(),
    timestamp: timestamp.optional(),
    createdAt,
    updatedAt,
  })
  .meta({ title: 'Granule', description: 'The smallest set of data that is kept as one: files that belong together.' });

export type Granule = RecordOf<typeof granuleSchema>;
export type NewGranule = NewRecordOf<typeof granuleSchema>;
export type GranuleFile = NonNullable<Granule['files']>[number];

export const granuleType: RecordType<Granule, 'granuleId'> = defineRecordType({
  name: 'granule',
  table: 'GranulesTable',
  key: ['granuleId'],
  schema: granuleSchema,
});
