import type { PlainItem } from '@cumulus/dynamodb/items';
import type { RecordTypeName } from '../../src/schemas/record-type.ts';
import { recordTypes } from '../../src/schemas/record-types.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:execution:IngestGranule:1';

/** A record of each type with the required fields alone; without times, which the model keeps. */
export const examples: { readonly [name in RecordTypeName]: PlainItem } = {
  accessToken: { accessToken: 'hash' },
  asyncOperation: { id: '1', status: 'RUNNING', description: 'A bulk delete', operationType: 'Bulk Delete' },
  collection: {
    name: 'MOD09GQ',
    version: '006',
    granuleId: '^MOD09GQ\\.A\\d{7}$',
    granuleIdExtraction: '(MOD09GQ\\.A\\d{7})\\.(hdf|xml)',
    sampleFileName: 'MOD09GQ.A2017025.hdf',
    files: [{ bucket: 'protected', regex: '^MOD09GQ\\.A\\d{7}\\.hdf$', sampleFileName: 'MOD09GQ.A2017025.hdf' }],
  },
  execution: { arn, name: '1', status: 'running' },
  file: { bucket: 'protected', key: 'a/b.hdf', granuleId: 'G1' },
  granule: { granuleId: 'G1', collectionId: 'MOD09GQ___006', status: 'running', execution: `https://console/${arn}` },
  pdr: { pdrName: 'P1', provider: 's3', collectionId: 'MOD09GQ___006', status: 'running' },
  provider: { id: 's3', host: 'data.example.gov' },
  rule: {
    name: 'once',
    workflow: 'IngestGranule',
    collection: { name: 'MOD09GQ', version: '006' },
    rule: { type: 'onetime' },
  },
  semaphore: { key: 'provider_s3', semvalue: 0 },
  user: { userName: 'ada' },
};

/** The check of a type for values that the compiler knows nothing of, as they come from a request. */
export function check(name: RecordTypeName, record: unknown, stored?: PlainItem) {
  return (
    recordTypes[name].check as (record: unknown, stored?: PlainItem) => ReturnType<typeof recordTypes.user.check>
  )(record, stored);
}

/** Like {@link check}, for changes of single fields. */
export function checkChanges(
  name: RecordTypeName,
  changes: PlainItem,
  remove: readonly string[] = [],
  stored?: PlainItem,
) {
  const checkAny = recordTypes[name].checkChanges as (
    changes: PlainItem,
    remove: readonly string[],
    stored?: PlainItem,
  ) => ReturnType<typeof recordTypes.user.checkChanges>;
  return checkAny(changes, remove, stored);
}

/** An example with some fields changed, and the paths of what is wrong with it then. */
export async function pathsOf(name: RecordTypeName, fields: PlainItem, stored?: PlainItem): Promise<string[]> {
  return (await check(name, { ...examples[name], ...fields }, stored)).violations.map(({ path }) => path);
}
