import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { whyNoPrograms } from './programs.ts';
import { ownServedDeployment } from './served-deployment.ts';

describeUnless((await whyNoPrograms('curl', 'jq')) ?? (await whyNoMoto()), 'pages on S3 and CMR', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const { operator, archive, models, runAtAddress: run } = ownServedDeployment({ moto, cmr });
  const [kept, deleted] = ['MOD09GQ.A2017025.h21v00.006', 'MOD09GQ.A2017025.h21v00.007'];

  beforeAll(async () => {
    const filesOf = (id: string) =>
      [
        { bucket: 'prod-protected', key: `a/${id}.hdf`, content: 'data' },
        {
          bucket: 'prod-protected',
          key: `a/${id}.cmr.xml`,
          content: `<Granule><GranuleUR>${id}</GranuleUR></Granule>`,
        },
      ] as const;
    const cmrLink = 'https://cmr.uat.earthdata.nasa.gov/search/concepts/G1200000001-CUMULUS.json';
    await archive(kept, filesOf(kept), { published: true, cmrLink });
    cmr.put('native', 'G1200000001-CUMULUS');
    await archive(deleted, filesOf(deleted));
  });

  const keysOf = async (Bucket: string): Promise<readonly (string | undefined)[]> =>
    ((await moto.s3.listObjectsV2({ Bucket })).Contents ?? []).map(({ Key }) => Key);

  describePage('docs/how-to/s3-and-cmr.md', {
    operator,
    steps: {
      'TOKEN=': { run },
      'DELETE -H': {
        after: async () => {
          expect(await models.granules.exists({ granuleId: deleted })).toBe(false);
          expect(await keysOf('prod-protected')).toEqual([`a/${kept}.cmr.xml`, `a/${kept}.hdf`]);
        },
      },
      removeFromCmr: {
        after: () => expect(cmr.granules.get('native')?.metadata).toBeUndefined(),
      },
      destinations: {
        after: async () => {
          expect(await keysOf('prod-protected-2')).toEqual([`MOD09GQ/2017/${kept}.hdf`]);
          expect(await keysOf('prod-public')).toEqual([`MOD09GQ/2017/${kept}.cmr.xml`]);
        },
      },
    },
  });
});
