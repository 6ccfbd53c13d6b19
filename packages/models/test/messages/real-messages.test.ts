import { describe, expect, test } from '@jest/globals';
import { parseMessage, withExecutionState } from '../../src/messages/cumulus-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { executionSchema } from '../../src/schemas/execution.ts';
import { fileSchema } from '../../src/schemas/file.ts';
import { granuleSchema } from '../../src/schemas/granule.ts';
import { pdrSchema } from '../../src/schemas/pdr.ts';
import { type RealMessage, type RealMessageName, realMessage } from './real-message.ts';

const CONSOLE = 'https://console.aws.amazon.com/states/home?region=us-east-1#/executions/details/';

/** The records of a real message at a time, with whatever is changed in it. */
function recordsOf(name: RealMessageName, time: number, change: (message: RealMessage) => unknown = (same) => same) {
  return recordsOfMessage(parseMessage(change(realMessage(name))), { time });
}

// What is expected is worked out by hand from the messages and the table of the contract.

describe('sync-granule, running', () => {
  const ARN = 'arn:aws:states:us-east-1:000000000000:execution:LpdaacCumulusIngestGranuleS-pOyNXh5jeR4h:test15';
  const records = recordsOf('sync-granule', 1519146507212);

  test('the execution', () => {
    expect(records.execution).toStrictEqual({
      name: 'test15',
      arn: ARN,
      execution: CONSOLE + ARN,
      type: 'IngestGranule',
      collectionId: 'AST_L1A___003',
      status: 'running',
      createdAt: 1519146447212,
      timestamp: 1519146507212,
      updatedAt: 1519146507212,
      duration: 0,
      originalPayload: {
        granules: [
          {
            granuleId: '1A0000-2018021501_001_009',
            files: [
              {
                path: '/TEST_B/Cumulus/DATA/ID1802151325',
                name: 'pg-PR1A0000-2018021501_001_009',
                size: 116511229,
                checksumType: 'CKSUM',
                checksum: 2852751863,
              },
              {
                path: '/TEST_B/Cumulus/DATA/ID1802151325',
                name: 'pg-BR1A0000-2018021501_001_009',
                size: 171347,
                checksumType: 'CKSUM',
                checksum: 1536677884,
              },
            ],
          },
        ],
        pdr: { path: '/TEST_B/Cumulus/PDR/', name: 'PDN.ID1802151325.PDR' },
      },
    });
  });

  test('the granule, with its files as they lie at the provider', () => {
    expect(records.granules).toStrictEqual([
      {
        granuleId: '1A0000-2018021501_001_009',
        collectionId: 'AST_L1A___003',
        status: 'running',
        provider: 'LPDAAC_HTTPS',
        execution: CONSOLE + ARN,
        files: [
          {
            fileName: 'pg-PR1A0000-2018021501_001_009',
            size: 116511229,
            checksumType: 'CKSUM',
            checksum: 2852751863,
            source: 'https://e4ftl01.cr.usgs.gov:40521/TEST_B/Cumulus/DATA/ID1802151325/pg-PR1A0000-2018021501_001_009',
          },
          {
            fileName: 'pg-BR1A0000-2018021501_001_009',
            size: 171347,
            checksumType: 'CKSUM',
            checksum: 1536677884,
            source: 'https://e4ftl01.cr.usgs.gov:40521/TEST_B/Cumulus/DATA/ID1802151325/pg-BR1A0000-2018021501_001_009',
          },
        ],
        published: false,
        productVolume: 116682576,
        timeToPreprocess: 0,
        timeToArchive: 0,
        processingStartDateTime: '2018-02-20T17:07:27.212Z',
        duration: 60,
        createdAt: 1519146447212,
        timestamp: 1519146507212,
        updatedAt: 1519146507212,
      },
    ]);
  });

  test('the PDR that the payload names, of which nothing is done', () => {
    expect(records.pdr).toStrictEqual({
      pdrName: 'PDN.ID1802151325.PDR',
      collectionId: 'AST_L1A___003',
      status: 'running',
      provider: 'LPDAAC_HTTPS',
      progress: 0,
      execution: CONSOLE + ARN,
      PANSent: false,
      PANmessage: 'N/A',
      stats: { processing: 0, completed: 0, failed: 0, total: 0 },
      duration: 60,
      createdAt: 1519146447212,
      timestamp: 1519146507212,
      updatedAt: 1519146507212,
    });
  });

  test('no files, since none is in S3 yet', () => {
    expect(records.files).toEqual([]);
    expect(records.problems).toEqual([]);
  });
});

describe('post-to-cmr', () => {
  const ARN =
    'arn:aws:states:us-east-1:00000000000:execution:LpdaacCumulusIngestGranuleS-pOyNXh5jeR4h:' +
    'd5b6344a-36eb-4c97-a5cf-3f6e83f0692a';

  test('a list as payload, of which no granule is named', () => {
    expect(recordsOf('post-to-cmr', 1519167198335)).toStrictEqual({
      execution: {
        name: 'd5b6344a-36eb-4c97-a5cf-3f6e83f0692a',
        arn: ARN,
        execution: CONSOLE + ARN,
        type: 'IngestGranule',
        collectionId: 'MOD09GQ___006',
        status: 'running',
        createdAt: 1519167138335,
        timestamp: 1519167198335,
        updatedAt: 1519167198335,
        duration: 0,
        originalPayload: [
          's3://cumulus-test-sandbox-protected/MOD09GQ.A2016358.h13v04.006.2016360104606.hdf',
          's3://cumulus-test-sandbox-private/MOD09GQ.A2016358.h13v04.006.2016360104606.hdf.met',
          's3://cumulus-test-sandbox-public/MOD09GQ.A2016358.h13v04.006.2016360104606_ndvi.jpg',
          's3://cumulus-test-sandbox-public/MOD09GQ.A2016358.h13v04.006.2016360104606.cmr.xml',
        ],
      },
      granules: [],
      pdr: undefined,
      files: [],
      payloads: [],
      problems: [],
    });
  });

  test('its input granules as payload of the completed workflow: granule and files by S3 URI and bucket', () => {
    const granules = realMessage('post-to-cmr').meta['input_granules'];
    const message = withExecutionState(
      { ...realMessage('post-to-cmr'), payload: { granules } },
      { status: 'completed', startTime: 1519167138335, stopTime: 1519167148835 },
    );
    const { execution, granules: recorded, pdr, files, problems } = recordsOfMessage(message, { time: 1519167149335 });
    expect(execution).toStrictEqual({
      name: 'd5b6344a-36eb-4c97-a5cf-3f6e83f0692a',
      arn: ARN,
      execution: CONSOLE + ARN,
      type: 'IngestGranule',
      collectionId: 'MOD09GQ___006',
      status: 'completed',
      createdAt: 1519167138335,
      timestamp: 1519167149335,
      updatedAt: 1519167149335,
      duration: 10.5,
      finalPayload: { granules },
    });
    expect(recorded).toStrictEqual([
      {
        granuleId: 'MOD09GQ.A2016358.h13v04.006.2016360104606',
        collectionId: 'MOD09GQ___006',
        status: 'completed',
        provider: 'local_ngrok',
        execution: CONSOLE + ARN,
        files: [
          {
            bucket: 'cumulus-test-sandbox-protected',
            key: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf',
            fileName: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf',
            size: 17865615,
            type: 'data',
            source: 'https://07f1bfba.ngrok.io/granules/MOD09GQ.A2016358.h13v04.006.2016360104606.hdf',
          },
          {
            bucket: 'cumulus-test-sandbox-private',
            key: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf.met',
            fileName: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf.met',
            size: 44118,
            type: 'metadata',
            source: 'https://07f1bfba.ngrok.io/granules/MOD09GQ.A2016358.h13v04.006.2016360104606.hdf.met',
          },
        ],
        published: false,
        productVolume: 17909733,
        timeToPreprocess: 0,
        timeToArchive: 0,
        processingStartDateTime: '2018-02-20T22:52:18.335Z',
        processingEndDateTime: '2018-02-20T22:52:28.835Z',
        duration: 11,
        createdAt: 1519167138335,
        timestamp: 1519167149335,
        updatedAt: 1519167149335,
      },
    ]);
    expect(files).toStrictEqual([
      {
        bucket: 'cumulus-test-sandbox-protected',
        key: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf',
        granuleId: 'MOD09GQ.A2016358.h13v04.006.2016360104606',
        createdAt: 1519167138335,
        updatedAt: 1519167149335,
      },
      {
        bucket: 'cumulus-test-sandbox-private',
        key: 'MOD09GQ.A2016358.h13v04.006.2016360104606.hdf.met',
        granuleId: 'MOD09GQ.A2016358.h13v04.006.2016360104606',
        createdAt: 1519167138335,
        updatedAt: 1519167149335,
      },
    ]);
    expect({ pdr, problems }).toEqual({ problems: [] });
  });
});

describe('PDRs', () => {
  const expected = (account: string, time: number) => ({
    pdrName: 'MOD09GQ_1granule_v2.PDR',
    collectionId: 'MOD09GQ___006',
    status: 'running',
    provider: 'local_ngrok',
    progress: 0,
    execution: `${CONSOLE}arn:aws:states:us-east-1:${account}:execution:LpdaacCumulusParsePdrStateM-TR0FqQTPomHD:28e5e6ef-5be1-4f1f-a89e-e4d5ffb16eb6`,
    PANSent: false,
    PANmessage: 'N/A',
    createdAt: 1519167134616,
    timestamp: time,
    updatedAt: time,
  });

  test('parse-pdr: a PDR whose granules are not known yet', () => {
    expect(recordsOf('parse-pdr', 1519167136866).pdr).toStrictEqual({
      ...expected('00000000000', 1519167136866),
      stats: { processing: 0, completed: 0, failed: 0, total: 0 },
      duration: 2.25,
    });
  });

  test('pdr-status-check: one granule is being processed', () => {
    const { execution, pdr, granules } = recordsOf('pdr-status-check', 1519167234616);
    expect(pdr).toStrictEqual({
      ...expected('000000000000', 1519167234616),
      stats: { processing: 1, completed: 0, failed: 0, total: 1 },
      duration: 100,
    });
    expect(granules).toEqual([]);
    expect(execution.originalPayload).toEqual(realMessage('pdr-status-check').payload);
    // Its exception is "None".
    expect(execution).not.toHaveProperty('error');
  });

  test('pdr-status-check, further on: three of four are done', () => {
    const { pdr } = recordsOf('pdr-status-check', 1519167234616, (message) => ({
      ...message,
      payload: {
        pdr: { name: 'P.PDR', PANSent: true, PANmessage: 'SHORTPAN' },
        running: ['arn:1'],
        completed: ['arn:2', 'arn:3'],
        failed: [{ arn: 'arn:4', reason: 'Workflow Failed' }],
      },
    }));
    expect(pdr).toMatchObject({
      pdrName: 'P.PDR',
      progress: 75,
      PANSent: true,
      PANmessage: 'SHORTPAN',
      stats: { processing: 1, completed: 2, failed: 1, total: 4 },
    });
  });
});

describe('discover-pdrs and discover-s3-granules', () => {
  test.each([
    ['discover-pdrs', '00000000000'],
    ['discover-s3-granules', '000000000000'],
  ] as const)('%s: an execution with an empty payload, and nothing else', (name, account) => {
    const arn = `arn:aws:states:us-east-1:${account}:execution:LpdaacCumulusDiscoverPdrsSt-s1KcHE6MgsTJ:d0bcfc79-cddd-4c27-ad3e-bd0ab86d9e44`;
    expect(recordsOf(name, 1519167133313)).toStrictEqual({
      execution: {
        name: 'd0bcfc79-cddd-4c27-ad3e-bd0ab86d9e44',
        arn,
        execution: CONSOLE + arn,
        type: 'DiscoverPdrs',
        collectionId: 'MOD09GQ___006',
        status: 'running',
        createdAt: 1519167132313,
        timestamp: 1519167133313,
        updatedAt: 1519167133313,
        duration: 0,
        originalPayload: {},
      },
      granules: [],
      pdr: undefined,
      files: [],
      payloads: [],
      problems: [],
    });
  });
});

test.each([
  'discover-pdrs',
  'discover-s3-granules',
  'parse-pdr',
  'pdr-status-check',
  'post-to-cmr',
  'sync-granule',
] as const)('every record of %s fits its schema', (name) => {
  const { execution, granules, pdr, files } = recordsOf(name, 1519167234616);
  executionSchema.parse(execution);
  if (pdr) pdrSchema.parse(pdr);
  for (const granule of granules) granuleSchema.parse(granule);
  for (const file of files) fileSchema.parse(file);
});
