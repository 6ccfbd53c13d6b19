import { payloadPlace } from '@cumulus/models/payloads';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect } from '@jest/globals';
import { compileTypeScript } from './compile-typescript.ts';
import { runCrontab } from './crontab.ts';
import { describePage } from './describe-page.ts';
import { recordLargeExecution } from './large-execution.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const EXECUTIONS = 3;

describeUnless(await whyNoMoto(), 'pages on payloads', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'prod-internal');
  const deployment = ownDeployment({ moto, perTable: 0 });
  const operator = (): Promise<Operator> => Operator.at(folder, deployment.environment);
  const place = payloadPlace(bucket.name, 'prod');

  beforeAll(async () => {
    for (let number = 0; number < EXECUTIONS; number += 1) await recordLargeExecution(bucket, number);
  });

  describePage('docs/explanation/payloads.md', {
    operator,
    languages: {
      ts: compileTypeScript,
      json: ({ text }) => {
        const { Key, ...pointer } = JSON.parse(text).finalPayload.replace;
        expect({ Key, ...pointer }).toEqual({
          Bucket: place.bucket,
          Key: expect.stringContaining('prod/payloads/'),
          TargetPath: '$',
        });
      },
    },
  });

  describePage('docs/how-to/clean-payloads.md', {
    operator,
    steps: {
      'cumulus-api executions clean --prefix prod --older-than 90d --system-bucket prod-internal --yes': {
        after: async () => expect(await bucket.keys()).toEqual([]),
      },
    },
    languages: { crontab: runCrontab('/var/log') },
  });
});
