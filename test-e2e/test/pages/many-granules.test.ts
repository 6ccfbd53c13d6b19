import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { whyNoPrograms } from './programs.ts';
import { ownServedDeployment } from './served-deployment.ts';

const unless = (await whyNoPrograms('curl', 'jq', 'aws')) ?? (await whyNoMoto());

describeUnless(unless, 'pages on many granules', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const {
    operator,
    archive,
    models,
    runAtAddress: run,
  } = ownServedDeployment({
    ...{ moto, cmr, workflows: ['PublishGranule'] },
  });
  const ids = ['MOD09GQ.A2017025.h21v00.006', 'MOD09GQ.A2016358.h13v04.006'];
  const failed = ['MOD09GQ.A2017025.h21v00.001', 'MOD09GQ.A2017025.h21v00.002'];

  const absent = 'MOD09GQ.A2017025.h21v00.009';

  beforeAll(async () => {
    for (const id of ids) await archive(id);
  });

  const archiveFailed = async (): Promise<void> => {
    for (const id of failed) await archive(id, [], { status: 'failed' });
  };

  describePage('docs/how-to/many-granules.md', {
    operator,
    steps: {
      'status=failed --prefix prod --dry-run': { before: archiveFailed },
      'granules remove-from-cmr': {
        // One for each of the three commands.
        before: async () => {
          await archiveFailed();
          const cmrLink = 'https://cmr.uat.earthdata.nasa.gov/search/concepts/G1200000001-CUMULUS.json';
          await archive('published', [], { published: true, cmrLink });
          cmr.put('published', 'G1200000001-CUMULUS');
        },
        after: async () => {
          expect(cmr.granules.get('published')?.metadata).toBeUndefined();
          for (const granuleId of failed) expect(await models.granules.exists({ granuleId })).toBe(true);
        },
      },
      'TOKEN=': { run },
      'aws s3 cp': {
        // An operation of which one granule failed.
        before: async (reader) => {
          await reader.run(
            [
              `curl -fsS -X POST "$API/granules/bulk" -d '{"workflowName": "PublishGranule", "ids": ["${ids[0]}", "${absent}"]}' > operation.json`,
              `until jq -e '.status != "RUNNING"' operation.json`,
              `do curl -fsS "$API/asyncOperations/$(jq -r .id operation.json)" > operation.json; sleep 1; done`,
            ].join('\n'),
          );
        },
      },
      '--ids-from -': { before: () => archive(absent) },
      bulkReingest: { before: archiveFailed },
    },
  });
});
