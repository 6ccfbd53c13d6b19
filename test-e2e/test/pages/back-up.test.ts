import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeTable } from '@cumulus/dynamodb/tables';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { client } from '@cumulus/test-kit/tables';
import { beforeAll, expect } from '@jest/globals';
import { runCrontab } from './crontab.ts';
import { describePage } from './describe-page.ts';
import { runKilled } from './killed.ts';
import { recordLargeExecution } from './large-execution.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws', 'jq')), 'pages on backups', () => {
  const folder = ownFolder();
  const moto = ownMoto();
  const system = ownBucket(moto, 'prod-internal');
  const archive = ownBucket(moto, 'archive-backups');
  const deployment = ownDeployment({ moto, perTable: 20 });
  const operator = (): Promise<Operator> => Operator.at(folder, deployment.environment);
  let arn = '';

  beforeAll(async () => {
    await recordLargeExecution(system, 1);
    ({ arn } = await describeTable(client, 'prod-GranulesTable'));
  });

  describePage('docs/how-to/back-up.md', {
    operator,
    steps: {
      // What the module puts out is in test-e2e/test/terraform/whole-promise.test.ts.
      'terraform output': {
        run: async ({ text }, reader) => {
          const tables = { GranulesTable: { name: 'prod-GranulesTable' }, PdrsTable: { name: 'prod-PdrsTable' } };
          await writeFile(join(folder, 'output.json'), JSON.stringify(tables));
          return reader.run(text.replace('terraform output -json dynamo_tables', 'cat output.json'));
        },
      },
      'TABLE=arn:': {
        get known() {
          return { TABLE: arn };
        },
      },
      'cumulus-api backup --table prod-GranulesTable --resume': {
        before: async (reader) => {
          const slow = 'cumulus-api backup --table prod-GranulesTable --segments 16 --max-read-units 50';
          await runKilled(reader, slow, 'backups/prod-GranulesTable.json.partial.checkpoint.json');
        },
      },
      'cumulus-api executions payloads': {
        before: async (reader) => {
          await reader.run('cumulus-api backup --table prod-ExecutionsTable');
        },
        after: async () => {
          const [key = ''] = await system.keys();
          const { content } = await system.read(key);
          expect(await readFile(join(folder, 'payloads', system.name, key))).toEqual(content);
        },
      },
    },
  });

  const managed = ownFolder();
  describePage('docs/how-to/manage-backups.md', {
    operator: () => Operator.at(managed, deployment.environment),
    steps: {
      '--dry-run': {
        // Three backups of one day of an earlier month: the newest and the oldest of them stay.
        before: async (reader) => {
          await reader.run(`for file in backups/*Z.json.gz; do
            for time in 2026-01-31T12:00:00 2026-01-31T12:30:00 2026-01-31T13:00:00; do
              earlier="\${file%%.2*}.$(echo "$time" | tr -d ':-')Z.json.gz"
              cp "$file" "$earlier"
              jq ".scan.startedAt = \\"\${time}.000Z\\"" "$file.manifest.json" > "$earlier.manifest.json"
            done
          done`);
        },
      },
    },
  });

  describePage('docs/how-to/back-up-to-s3.md', {
    operator,
    // A restore of all tables waits for their streams, to count them.
    timeout: 120_000,
    steps: {
      '--sse': {
        after: async () => {
          const Key = 'prod/prod-GranulesTable.json';
          expect(await archive.client.headObject({ Bucket: archive.name, Key })).toMatchObject({
            ServerSideEncryption: 'aws:kms',
            SSEKMSKeyId: 'alias/backups',
            StorageClass: 'STANDARD_IA',
          });
        },
      },
    },
  });

  describePage('docs/how-to/script-backups.md', {
    operator,
    steps: { 'missing-GranulesTable': { code: 1 } },
    languages: { crontab: runCrontab('/srv/backups') },
  });

  describePage('docs/reference/json.md', {
    operator,
    notRun: { '--follow': 'test-e2e/test/api/logs-command.test.ts' },
    steps: {
      '.exitStatus': {
        before: async (reader) => {
          await reader.run('cumulus-api backup --prefix prod');
        },
      },
    },
  });
});
