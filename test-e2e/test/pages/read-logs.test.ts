import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describeUnless, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { host } from '../kit/command.ts';
import { describePage } from './describe-page.ts';
import { documentedLogLine } from './documented-log-line.ts';
import { Operator } from './operator.ts';

const MINUTE = 60_000;

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws')), 'pages on logs', () => {
  const moto = ownMoto();
  let logs: CloudWatchLogsClient;

  beforeAll(async () => {
    logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    // As the page of fields shows it.
    await log('recordExecutionEvents', documentedLogLine());
    await log('api', JSON.stringify({ level: 'info', message: 'request', granules: '["MOD09GQ.A2017025"]' }));
  });
  afterAll(() => logs?.destroy());

  async function log(name: string, message: string): Promise<void> {
    const logGroupName = `/aws/lambda/prod-${name}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const logEvents = [{ timestamp: Date.now() - 5 * MINUTE, message }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  }

  describePage('docs/how-to/read-logs.md', {
    operator: () => Operator.at(moto.folder, moto.environment),
    steps: {
      '--execution': { after: (written) => expect(written).toContain('event not recorded') },
      '--search': { after: (written) => expect(written).toContain('request') },
      '--limit 20': { after: (written) => expect(written.trim().split('\n')).toHaveLength(3) },
      '--follow': {
        run: async ({ text }) => {
          const following = await host(text.split(' ').slice(1), { environment: moto.environment });
          const written = await following.until('stdout', (said) => said.includes('event not recorded'));
          await following.kill('SIGINT');
          expect(await following.ended).toMatchObject({ code: 0 });
          return String(written);
        },
      },
      'put-retention-policy': {
        after: async () => {
          const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
          expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([30, 30]);
        },
      },
    },
    languages: {
      json: async ({ text }, operator) => {
        const policy = text.replaceAll('REGION', 'us-east-1').replaceAll('ACCOUNT', '123456789012');
        await operator.run(`aws iam create-policy --policy-name read-logs --policy-document '${policy}'`);
      },
    },
  });
});
