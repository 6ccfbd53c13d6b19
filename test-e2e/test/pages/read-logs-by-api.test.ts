import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { whyNoPrograms } from './programs.ts';
import { ownServedDeployment } from './served-deployment.ts';

describeUnless((await whyNoPrograms('curl', 'jq')) ?? (await whyNoMoto()), 'pages on logs by the API', () => {
  const moto = ownMoto();
  const { operator, prefix, runAtAddress: run } = ownServedDeployment({ moto });

  beforeAll(async () => {
    const logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    const [logGroupName, logStreamName] = [`/aws/lambda/${prefix}-SyncGranule`, 'stream'];
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const lines = [
      { level: 'info', message: 'Synced MOD09GQ.A2017025.h21v00.006', executions: 'ingest-1' },
      { level: 'error', message: 'No such file: MOD09GQ.A2017025.h21v00.007.hdf', executions: 'ingest-2' },
    ];
    const logEvents = lines.map((line, index) => ({
      timestamp: Date.now() - 60_000 + index,
      message: JSON.stringify(line),
    }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    logs.destroy();
  });

  describePage('docs/how-to/read-logs-by-api.md', { operator, steps: { 'TOKEN=': { run } } });
});
