import { createModels, type Models } from '@cumulus/models';
import { executionUrlOf } from '@cumulus/models/messages';
import { type CmrServer, type OwnMoto, ownFolder } from '@cumulus/test-kit';
import { client } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll } from '@jest/globals';
import { type Served, serveApi } from '../api/served.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';
import { ownWorkflows, SYSTEM_BUCKET } from './own-workflows.ts';
import type { Block } from './page.ts';

/** The kinds of the deployment's buckets. */
const BUCKETS = {
  [SYSTEM_BUCKET]: 'internal',
  'prod-protected': 'protected',
  'prod-protected-2': 'protected',
  'prod-public': 'public',
};

/** That of the granules. */
const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  granuleId: '^.*$',
  granuleIdExtraction: '(.*)',
  sampleFileName: 'x',
  files: [],
};

/** A file of a granule. */
interface ArchivedFile {
  readonly bucket: keyof typeof BUCKETS;
  readonly key: string;
  readonly content: string;
}

/** The deployment `prod` with its tables, buckets and workflows, whose API is served without a login. */
export interface ServedDeployment {
  readonly prefix: string;
  readonly models: Models;
  operator(): Promise<Operator>;
  /** Runs a block that sets `API` to the address of the reader's deployment. */
  runAtAddress(block: Block, operator: Operator): Promise<string>;
  /** Writes a granule of MOD09GQ___006 that the workflow Ingest completed, with its files. */
  archive(granuleId: string, files?: readonly ArchivedFile[], fields?: object): Promise<void>;
}

/**
 * For the tests of the describe block that calls this.
 * @param cmr where granules are published; nowhere unless given
 * @param workflows that there are beside Ingest
 * @param settings of the API, beside its own
 */
export function ownServedDeployment({
  moto,
  cmr,
  workflows: names = [],
  settings = {},
}: {
  readonly moto: OwnMoto;
  readonly cmr?: CmrServer;
  readonly workflows?: readonly string[];
  readonly settings?: NodeJS.ProcessEnv;
}): ServedDeployment {
  const folder = ownFolder();
  const deployment = ownDeployment({ moto, perTable: 0 });
  const { prefix } = deployment;
  const workflows = ownWorkflows(moto, prefix, names);
  const models = createModels({ client, tables: prefix });
  const environment = (): NodeJS.ProcessEnv => ({
    ...{ ...deployment.environment, ...cmr?.environment },
    // Of the credentials of providers.
    CUMULUS_LOCAL_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  let served: Served | undefined;
  beforeAll(async () => {
    await models.collections.createFrom(COLLECTION);
    for (const Bucket of Object.keys(BUCKETS)) if (Bucket !== SYSTEM_BUCKET) await moto.s3.createBucket({ Bucket });
    const described = Object.entries(BUCKETS).map(([name, type]) => [name, { name, type }]);
    const Body = JSON.stringify(Object.fromEntries(described));
    await moto.s3.putObject({ Bucket: SYSTEM_BUCKET, Key: `${prefix}/workflows/buckets.json`, Body });
    const all = { ...environment(), ...settings, system_bucket: SYSTEM_BUCKET };
    served = await serveApi(['--prefix', prefix, '--port', '0', '--no-auth'], all);
  }, 60_000);
  afterAll(async () => {
    await served?.stop();
  });
  return {
    prefix,
    models,
    operator: () => Operator.at(folder, environment()),
    runAtAddress: async ({ text }, operator) =>
      (await operator.show(text, { known: { API: served?.url ?? '' } })).shown,
    archive: async (granuleId, files = [], fields = {}) => {
      await models.granules.delete({ granuleId });
      for (const { bucket, key, content } of files) {
        await moto.s3.putObject({ Bucket: bucket, Key: key, Body: content });
        await models.files.createFrom({ bucket, key, granuleId });
      }
      await models.granules.createFrom({
        granuleId,
        collectionId: 'MOD09GQ___006',
        status: 'completed',
        execution: executionUrlOf(workflows.executionArn),
        files: files.map(({ bucket, key, content }) => ({
          ...{ bucket, key, fileName: key.replace(/^.*\//, ''), size: Buffer.byteLength(content) },
        })),
        ...fields,
      });
    },
  };
}
