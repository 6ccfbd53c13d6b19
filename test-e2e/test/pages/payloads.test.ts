import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { payloadPlace, putPayloads } from '@cumulus/models/payloads';
import { recordMessage } from '@cumulus/models/recording';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { client } from '@cumulus/test-kit/tables';
import { beforeAll, expect } from '@jest/globals';
import { compileTypeScript } from './compile-typescript.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const DAY = 86_400_000;
const EXECUTIONS = 3;

describeUnless(await whyNoMoto(), 'pages on payloads', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'prod-internal');
  const deployment = ownDeployment({ moto, perTable: 0 });
  const operator = (): Promise<Operator> => Operator.at(folder, deployment.environment);
  const place = payloadPlace(bucket.name, 'prod');

  beforeAll(async () => {
    for (let number = 0; number < EXECUTIONS; number += 1) await recordLargeExecution(number);
  });

  /** An execution of a hundred days ago, with a payload that is too large for the table. */
  async function recordLargeExecution(number: number): Promise<void> {
    const time = Date.now() - 100 * DAY;
    const message = parseMessage({
      cumulus_meta: {
        execution_name: `run-${number}`,
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: time,
      },
      meta: { status: 'completed' },
      payload: { text: `${number}`.repeat(100_000) },
    });
    const records = recordsOfMessage(message, { time }, place);
    await putPayloads(moto.s3, records.payloads);
    await recordMessage({ client, tableName: (name) => `prod-${name}` }, records);
  }

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
    languages: {
      crontab: async ({ text }, reader) => {
        await reader.run(text.replace(/^(\S+\s+){5}/, '').replace('/var/log', reader.folder));
      },
    },
  });
});
