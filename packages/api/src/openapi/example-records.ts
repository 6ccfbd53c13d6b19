/** A granule of the sample records, as most examples show it. */
const GRANULE_ID = 'MOD09GQ.A2016358.h13v25.006.2016360019825';
const EXECUTION_ARN = 'arn:aws:states:us-east-1:000000000000:execution:IngestGranule:19825';
const CONSOLE = 'https://console.aws.amazon.com/states/home?region=us-east-1#/executions/details/';

const GRANULE = {
  granuleId: GRANULE_ID,
  collectionId: 'MOD09GQ___006',
  status: 'completed',
  published: false,
  provider: 's3_provider',
  pdrName: 'MOD09GQ_1granule_v3_325.PDR',
  execution: `${CONSOLE}${EXECUTION_ARN}`,
  files: [
    {
      bucket: 'cumulus-test-sandbox-protected',
      key: `MOD09GQ___006/2016/MOD/${GRANULE_ID}.hdf`,
      fileName: `${GRANULE_ID}.hdf`,
      size: 1098034,
      type: 'data',
      checksumType: 'md5',
      checksum: '0000000000000000000000008616f421',
      source: `https://example.gov/staging/${GRANULE_ID}.hdf`,
    },
  ],
  beginningDateTime: '2016-12-23T00:00:00.000Z',
  endingDateTime: '2016-12-23T23:59:59.000Z',
  productVolume: 1098034,
  duration: 37.5,
  timeToPreprocess: 0.501,
  timeToArchive: 5.2,
  createdAt: 1577856625000,
  updatedAt: 1577856725000,
  timestamp: 1577856725000,
};

const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  granuleId: '^MOD09GQ\\.A[\\d]{7}\\.[\\S]{6}\\.006\\.[\\d]{13}$',
  granuleIdExtraction: '(MOD09GQ\\.A[\\d]{7}\\.[\\S]{6}\\.006\\.[\\d]{13})(\\.hdf|\\.cmr\\.xml)',
  sampleFileName: 'MOD09GQ.A2017025.h21v00.006.2017034065104.hdf',
  duplicateHandling: 'replace',
  files: [
    {
      bucket: 'protected',
      regex: '^MOD09GQ\\.A[\\d]{7}\\.[\\S]{6}\\.006\\.[\\d]{13}\\.hdf$',
      sampleFileName: 'MOD09GQ.A2017025.h21v00.006.2017034065104.hdf',
      type: 'data',
    },
  ],
  createdAt: 1577750400000,
  updatedAt: 1577750400000,
  timestamp: 1577750400000,
};

/** A record of each type, out of the sample records, as it is answered. */
export const EXAMPLE_RECORDS = {
  Granule: GRANULE,
  Collection: COLLECTION,
  Provider: {
    ...{ id: 's3_provider', protocol: 's3', host: 'cumulus-test-sandbox-internal', globalConnectionLimit: 10 },
    ...{ createdAt: 1577746800000, updatedAt: 1577746800000, timestamp: 1577746800000 },
  },
  Rule: {
    name: 'discover_mod09gq_hourly',
    workflow: 'DiscoverPdrs',
    provider: 's3_provider',
    collection: { name: 'MOD09GQ', version: '006' },
    rule: { type: 'scheduled', value: 'rate(1 hour)' },
    state: 'ENABLED',
    ...{ createdAt: 1577756800000, updatedAt: 1577756800000, timestamp: 1577756800000 },
  },
  Execution: {
    arn: EXECUTION_ARN,
    name: '19825',
    execution: `${CONSOLE}${EXECUTION_ARN}`,
    type: 'IngestGranule',
    status: 'completed',
    collectionId: 'MOD09GQ___006',
    originalPayload: { granules: [{ granuleId: GRANULE_ID, dataType: 'MOD09GQ', version: '006' }] },
    finalPayload: { granules: [{ granuleId: GRANULE_ID }] },
    error: {},
    duration: 37.5,
    ...{ createdAt: 1577856625000, updatedAt: 1577856725000, timestamp: 1577856725000 },
  },
  Pdr: {
    pdrName: 'MOD09GQ_1granule_v3_325.PDR',
    provider: 's3_provider',
    collectionId: 'MOD09GQ___006',
    status: 'completed',
    progress: 100,
    stats: { processing: 0, completed: 2, failed: 0, total: 2 },
    PANSent: false,
    PANmessage: 'N/A',
    duration: 12100,
    ...{ createdAt: 1577844625000, updatedAt: 1577856725000, timestamp: 1577856725000 },
  },
  AsyncOperation: {
    id: '00000000-0000-4000-8000-000000000013',
    status: 'RUNNING',
    description: 'Bulk granule deletion of the granules that are found',
    operationType: 'Bulk Delete',
    ...{ createdAt: 1577836980000, updatedAt: 1577837070000 },
  },
} as const;
