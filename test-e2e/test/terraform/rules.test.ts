import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { whyNoTerraform } from './available.ts';
import { MODULE } from './deployment.ts';
import { providerAt } from './provider.ts';
import { Terraform } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const BUCKET = 'system-bucket';
const SERVICES = ['cloudformation', 'cloudwatchevents', 'cloudwatchlogs', 'lambda', 's3', 'sns', 'sqs'];

const HANDLERS = {
  ScheduleSF: 'startScheduled',
  messageConsumer: 'startOfRecords',
  KinesisInboundEventLogger: 'logRecords',
  sqsMessageConsumer: 'pollQueues',
  sqsMessageRemover: 'finishQueueMessage',
};

describeUnless(await whyNoTerraform(), 'the example of the functions behind rules', () => {
  const moto = ownMoto();

  test('makes them by the names of earlier releases, with handlers that there are, and says what the API needs', async () => {
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const Key = 'p/functions/1/rule-functions.zip';
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'moto does not look into it' }));
    const terraform = new Terraform(await mkdtemp(join(moto.folder, 'root-')));
    await cp(join(MODULE, 'examples/rules'), terraform.folder, { recursive: true });
    await terraform.write('moto_override.tf.json', {
      terraform: { backend: { local: {} } },
      provider: { aws: providerAt(moto.endpoint, { services: SERVICES }) },
    });
    const table = (name: string) => ({ name: `p-${name}`, arn: `arn:aws:dynamodb:${PLACE}:table/p-${name}` });
    await terraform.write('terraform.tfvars.json', {
      ...{ region: 'us-east-1', prefix: 'p', system_bucket: BUCKET, functions_version: '1' },
      ...{ streams: [`arn:aws:kinesis:${PLACE}:stream/p-*`], queues: [`arn:aws:sqs:${PLACE}:p-*`] },
      dynamo_tables: {
        ...{ collections: table('CollectionsTable'), providers: table('ProvidersTable'), rules: table('RulesTable') },
      },
    });
    await terraform.init();
    await terraform.apply();

    const bundle = new URL('../../../packages/api/dist/rule-functions/index.js', import.meta.url);
    const there = Object.keys((await import(bundle.href)) as object);
    for (const [name, handler] of Object.entries(HANDLERS)) {
      const authorization = 'AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/lambda/aws4_request, Signature=any';
      const path = `/2015-03-31/functions/p-${name}`;
      const answer = await fetch(moto.endpoint + path, { headers: { authorization } });
      const { Configuration } = (await answer.json()) as { readonly Configuration: object };
      expect(Configuration).toMatchObject({
        Handler: `rule-functions.${handler}`,
        Environment: { Variables: { stackName: 'p', system_bucket: BUCKET, RulesTable: 'p-RulesTable' } },
      });
      expect(there).toContain(handler);
    }
    const outputs = JSON.parse(await terraform.succeed('output', '-json')) as Record<string, { value: object }>;
    const arn = (name: keyof typeof HANDLERS): string => `arn:aws:lambda:${PLACE}:function:p-${name}`;
    expect(outputs['api_environment']?.value).toEqual({
      invokeArn: arn('ScheduleSF'),
      messageConsumer: arn('messageConsumer'),
      KinesisInboundEventLogger: arn('KinesisInboundEventLogger'),
      sqsMessageConsumer: arn('sqsMessageConsumer'),
    });
  }, 120_000);
});
