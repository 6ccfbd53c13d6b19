/**
 * A day at an archive, by way of `@cumulus/models`: a collection and a provider are entered, a rule names them, a
 * workflow's messages are recorded, and the failed granules are looked for. The tests run this file as it is.
 */
import { createClient } from '@cumulus/dynamodb/aws';
import { AssociatedRulesError, createModels, SchemaValidationError } from '@cumulus/models';
import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { recordMessage } from '@cumulus/models/recording';
import type { Granule } from '@cumulus/models/schemas';
import { localKeyCipher } from '@cumulus/models/secrets';

export interface Findings {
  readonly violations: readonly string[];
  readonly rulesInTheWay: readonly string[];
  readonly problems: readonly string[];
  readonly failed: readonly Granule[];
}

export async function aDayAtAnArchive(prefix: string, localKey: string): Promise<Findings> {
  const client = createClient();
  const models = createModels({ client, tables: prefix, cipher: localKeyCipher(localKey) });
  const { collections, providers, rules, granules } = models;

  // All that is wrong with a record is reported at once, with paths, before anything is written.
  const modis = {
    name: 'MOD09GQ',
    version: '006',
    granuleId: '^MOD09GQ\\.A[\\d]{7}\\.[\\S]{6}\\.006\\.[\\d]{13}$',
    granuleIdExtraction: '(MOD09GQ\\..*)\\.hdf',
    sampleFileName: 'MOD09GQ.A2017025.h21v00.006.2017034065104.hdf',
    files: [{ bucket: 'protected', regex: '^MOD09GQ.*\\.hdf$', sampleFileName: 'MOD09GQ.A2017025.hdf' }],
  };
  const violations: string[] = [];
  try {
    await collections.create({ ...modis, sampleFileName: 'something-else.hdf' });
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error;
    violations.push(...error.violations.map(({ path, message }) => `${path}: ${message}`));
  }
  await collections.create(modis);

  // Given in the clear, stored encrypted.
  await providers.create({ id: 'lpdaac', host: 'lp.example.org', username: 'ingest', password: 'not a good one' });

  await rules.create({
    name: 'every_hour',
    workflow: 'IngestGranule',
    collection: { name: 'MOD09GQ', version: '006' },
    provider: 'lpdaac',
    rule: { type: 'scheduled', value: 'rate(1 hour)' },
  });

  // A rule names it: it cannot be deleted.
  const rulesInTheWay: string[] = [];
  try {
    await collections.delete({ name: 'MOD09GQ', version: '006' });
  } catch (error) {
    if (!(error instanceof AssociatedRulesError)) throw error;
    rulesInTheWay.push(...error.rules);
  }

  // A workflow's messages, in whatever order they come. What is wrong with a granule stops no other.
  const problems: string[] = [];
  for (const { status, time } of [
    { status: 'failed', time: 1_700_000_060_000 },
    { status: 'running', time: 1_700_000_000_000 },
  ]) {
    const message = parseMessage({
      cumulus_meta: {
        execution_name: 'first',
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:IngestGranule',
        workflow_start_time: 1_700_000_000_000,
      },
      meta: { status, collection: { name: 'MOD09GQ', version: '006' }, provider: { id: 'lpdaac' } },
      payload: { granules: [{ granuleId: 'MOD09GQ.A2017025.h21v00.006.2017034065104', files: [] }] },
      exception: status === 'failed' ? { Error: 'NoSpace', Cause: 'the disk is full' } : 'None',
    });
    const records = recordsOfMessage(message, { time });
    problems.push(...records.problems.map(({ path, reason }) => `${path} ${reason}`));
    await recordMessage({ client, tableName: (name) => `${prefix}-${name}` }, records);
  }

  // Single fields, whatever else is written to the record at the same time.
  await granules.update({ granuleId: 'MOD09GQ.A2017025.h21v00.006.2017034065104' }, { published: false });

  const failed: Granule[] = [];
  for await (const granule of granules.newest({ status: 'failed', collectionId: 'MOD09GQ___006' })) {
    failed.push(granule);
  }
  client.destroy();
  return { violations, rulesInTheWay, problems, failed };
}
