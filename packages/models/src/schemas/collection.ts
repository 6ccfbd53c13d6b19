import * as z from 'zod';
import { type CollectionDeployment, violationsOfCollection } from './collection-rules.ts';
import { createdAt, hashKey, meta, rangeKey, tags, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

/** Files of a collection take more fields than these: later releases added some, and workflows may look at others. */
const collectionFileSchema = z.looseObject({
  bucket: text.describe('The key of the bucket, among those of the deployment, that takes the file.'),
  regex: text.describe('A regular expression that the names of such files match.'),
  sampleFileName: text.describe('The name of such a file.'),
  type: z.string().describe('What the file is: data, metadata, browse, …').optional(),
  url_path: z.string().describe("A template of the folder for such files, instead of the collection's.").optional(),
});

const collectionSchema = z
  .strictObject({
    name: hashKey.describe("The collection's short name."),
    version: rangeKey.describe("The collection's version."),
    granuleId: text.describe("A regular expression that the collection's granule ids match."),
    granuleIdExtraction: text.describe('A regular expression whose first group finds the granule id in a file name.'),
    sampleFileName: text.describe('A file name that granuleIdExtraction matches.'),
    files: z.array(collectionFileSchema).describe('The kinds of files that a granule has.'),
    dataType: z.string().describe('The data type, as PDRs name it.').optional(),
    process: z.string().describe('The process that a workflow is to run.').optional(),
    provider_path: z.string().describe('The folder at the provider.').default(''),
    url_path: z.string().describe('A template of the folder that files are put into.').optional(),
    duplicateHandling: z
      .enum(['error', 'skip', 'replace', 'version'])
      .describe('What happens to a file that is there already.')
      .default('error'),
    reportToEms: z.boolean().describe('Whether granules are reported to EMS.').default(true),
    ignoreFilesConfigForDiscovery: z
      .boolean()
      .describe('Whether discovery takes all files, not only those that files describes.')
      .optional(),
    meta: meta.optional(),
    tags: tags.optional(),
    createdAt,
    updatedAt,
  })
  .meta({ title: 'Collection', description: 'A kind of data, and how its granules are identified and kept.' });

export type Collection = RecordOf<typeof collectionSchema>;
export type NewCollection = NewRecordOf<typeof collectionSchema>;

/** The type of the collections in a deployment. */
export function collectionTypeIn(deployment: CollectionDeployment): RecordType<Collection, 'name' | 'version'> {
  return defineRecordType({
    name: 'collection',
    table: 'CollectionsTable',
    key: ['name', 'version'],
    schema: collectionSchema,
    ruledFields: ['granuleId', 'granuleIdExtraction', 'sampleFileName'],
    rules: (collection, stored, search) => violationsOfCollection(collection, stored, search, deployment),
  });
}
