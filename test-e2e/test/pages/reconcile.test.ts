import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { whyNoPrograms } from './programs.ts';
import { ownServedDeployment } from './served-deployment.ts';

describeUnless((await whyNoPrograms('curl', 'jq')) ?? (await whyNoMoto()), 'pages on reconciliations', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const { operator, archive, runAtAddress: run } = ownServedDeployment({ moto, cmr });
  const keys = ['a/G1.hdf', 'a/G2.hdf'];

  beforeAll(async () => {
    cmr.collections = [{ ShortName: 'MOD09GQ', Version: '006' }];
    for (const key of keys) {
      const GranuleUR = key.slice(2, -4);
      await archive(GranuleUR, [{ bucket: 'prod-protected', key, content: 'data' }], { published: true });
      const RelatedUrls = [{ URL: `s3://prod-protected/${key}`, Type: 'GET DATA' }];
      const CollectionReference = { ShortName: 'MOD09GQ', Version: '006' };
      cmr.put(GranuleUR, `${GranuleUR}-CUMULUS`, JSON.stringify({ GranuleUR, CollectionReference, RelatedUrls }));
    }
    await putInventory();
  });

  /** The inventory that the page names. */
  async function putInventory(): Promise<void> {
    const Bucket = 'prod-inventories';
    await moto.s3.createBucket({ Bucket });
    const data = gzipSync(keys.map((key) => `"prod-protected","${key}","4"\n`).join(''));
    await moto.s3.putObject({ Bucket, Key: 'data/1.csv.gz', Body: data });
    const MD5checksum = createHash('md5').update(data).digest('hex');
    const manifest = {
      ...{ sourceBucket: 'prod-protected', creationTimestamp: '1893456000000', fileFormat: 'CSV' },
      ...{ fileSchema: 'Bucket, Key, Size', files: [{ key: 'data/1.csv.gz', size: data.length, MD5checksum }] },
    };
    const Key = 'prod-protected/all/2030-01-14T01-00Z/manifest.json';
    await moto.s3.putObject({ Bucket, Key, Body: JSON.stringify(manifest) });
  }

  describePage('docs/how-to/reconcile.md', {
    operator,
    steps: {
      'TOKEN=': { run },
      '--report s3://': {
        after: async () => {
          const Key = 'prod/reconciliation-reports/inventoryReport-20300114T010000000.json';
          const { Body } = await moto.s3.getObject({ Bucket: 'prod-internal', Key });
          expect(JSON.parse(String(await Body?.transformToString()))).toMatchObject({ isEqual: true });
        },
      },
      onlyInS3: {
        before: async () => {
          await moto.s3.putObject({ Bucket: 'prod-public', Key: 'unknown.hdf', Body: 'data' });
        },
        // The command ends with 1, since something differs; a reader's shell goes on.
        run: async ({ text }, reader) => (await reader.show(`set +eo pipefail\n${text}`)).shown,
      },
    },
  });
});
