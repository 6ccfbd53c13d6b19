import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describeUnless, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import type { Operator } from './operator.ts';
import { whyNoPrograms } from './programs.ts';
import { ownServedDeployment } from './served-deployment.ts';

const FUNCTION = 'prod-ScheduleSF';

const why = (await whyNoPrograms('curl', 'jq')) ?? (await whyNoCommands('aws')) ?? (await whyNoMoto());

describeUnless(why, 'pages on rules', () => {
  const moto = ownMoto();
  const {
    operator,
    models,
    runAtAddress: run,
  } = ownServedDeployment({
    moto,
    workflows: ['IngestGranule'],
    settings: { invokeArn: `arn:aws:lambda:us-east-1:123456789012:function:${FUNCTION}` },
  });

  beforeAll(async () => {
    await models.providers.createFrom({ id: 'modaps', host: 'data.example.org', protocol: 'https' });
  });

  /** The function that schedules invoke, as one deploys it without the module. */
  async function deployFunction(reader: Operator): Promise<void> {
    const trust = '{"Version": "2012-10-17", "Statement": []}';
    await reader.run(`
      echo UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA== | base64 -d > empty.zip
      aws iam create-role --role-name schedules --assume-role-policy-document '${trust}'
      aws lambda create-function --function-name ${FUNCTION} --runtime nodejs22.x --zip-file fileb://empty.zip \\
        --handler rule-functions.startScheduled --role arn:aws:iam::123456789012:role/schedules`);
  }

  async function expectStarted(): Promise<void> {
    const stepFunctions = new SFNClient({ endpoint: moto.endpoint });
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest';
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    stepFunctions.destroy();
    expect(executions.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^daily-/));
  }

  describePage('docs/how-to/rules.md', {
    operator,
    steps: { 'TOKEN=': { run }, rerun: { after: expectStarted } },
  });

  describePage('docs/reference/rules.md', {
    operator,
    steps: {
      'aws lambda add-permission': {
        before: deployFunction,
        after: async (_, reader) => {
          const said = await reader.run(
            `aws lambda get-policy --function-name ${FUNCTION} --query Policy --output text`,
          );
          const { Statement } = JSON.parse(said) as { readonly Statement: readonly object[] };
          expect(Statement).toEqual([
            expect.objectContaining({
              Sid: 'schedules',
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/prod-custom-*' } },
            }),
          ]);
        },
      },
    },
  });
});
