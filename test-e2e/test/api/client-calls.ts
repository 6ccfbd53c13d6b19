import { expect } from '@jest/globals';
import { NEW_COLLECTION } from './ingest.ts';

/** A published client, by the name under which it is installed. */
export interface PublishedClient {
  readonly name: string;
  /** The release, as it is said to people. */
  readonly release: string;
  /** What its records' names end in, so that no client touches another's. */
  readonly suffix: string;
}

export const CLIENTS: readonly PublishedClient[] = [
  { name: 'api-client-1.24', release: '1.24.0', suffix: '124' },
  { name: 'api-client-8.1', release: '8.1.0', suffix: '81' },
  { name: 'api-client-9.9', release: '9.9.0', suffix: '99' },
  { name: 'api-client-21', release: '21.0.0', suffix: '21' },
];

/** A call of a client's function. */
export interface ClientCall {
  /** `granules.getGranule` */
  readonly name: string;
  /** A second call of a function, in a row of its own: what is given besides. */
  readonly given?: string;
  readonly parameters: object | string;
  /** What the body has if the function works. */
  readonly expected?: object;
}

/** The records that have to be there before a client's calls. */
export function recordsFor({ suffix }: PublishedClient, executionArn: string) {
  const collectionId = `NEW${suffix}___1`;
  const granule = { collectionId, status: 'completed' };
  const archived = { bucket: 'archive', key: `of/${suffix}.hdf` };
  return {
    granules: [
      ...['1', '2', '3'].map((id) => ({ ...granule, granuleId: `G${id}_${suffix}` })),
      // In S3 and CMR.
      ...['4', '5'].map((id) => ({ ...granule, granuleId: `G${id}_${suffix}`, published: true })),
      { ...granule, granuleId: `G6_${suffix}`, files: [{ ...archived, fileName: `${suffix}.hdf` }] },
    ],
    execution: { arn: executionArn, name: 'run', status: 'running', type: 'Ingest' },
    oldExecution: { arn: oldArn(executionArn, suffix), name: `old-${suffix}`, status: 'failed', type: 'Ingest' },
    pdr: { pdrName: `P${suffix}.PDR`, provider: `new${suffix}`, collectionId, status: 'completed' },
    operation: { id: `op${suffix}`, status: 'RUNNING', description: 'd', operationType: 'ES Index' },
    report: `inventoryReport-${suffix}`,
    file: { ...fileOf(suffix), granuleId: `G1_${suffix}` },
    archived,
  };
}

const oldArn = (executionArn: string, suffix: string) => `${executionArn}-old-${suffix}`;

const fileOf = (suffix: string) => ({ bucket: 'protected', key: `of/${suffix}.hdf` });

/** Calls of all functions that any of the clients has, in an order in which each finds its records. */
export function callsFor({ suffix, release }: PublishedClient, executionArn: string): readonly ClientCall[] {
  const collection = { ...NEW_COLLECTION, name: `NEW${suffix}` };
  const collectionKey = { collectionName: collection.name, collectionVersion: '1' };
  const collectionId = `${collection.name}___1`;
  const provider = { id: `new${suffix}`, host: 'example.org', protocol: 'https', globalConnectionLimit: 3 };
  const rule = {
    name: `new_rule_${suffix}`,
    workflow: 'Ingest',
    collection: { name: collection.name, version: '1' },
    rule: { type: 'scheduled', value: 'rate(1 day)' },
    state: 'DISABLED',
  };
  const ruleName = rule.name;
  const [g1, g2, g3, g4, g5, g6] = ['1', '2', '3', '4', '5', '6'].map((id) => `G${id}_${suffix}`) as [
    ...[string, string, string],
    ...[string, string, string],
  ];
  const newGranule = { granuleId: `G9_${suffix}`, collectionId, status: 'completed' };
  const newExecution = { arn: `${executionArn}-${suffix}`, name: `run-${suffix}`, status: 'completed', type: 'Ingest' };
  const operation = { id: `op9${suffix}`, status: 'RUNNING', description: 'd', operationType: 'ES Index' };
  // Up to 9.9 it is PUT, which takes the whole rule.
  const ruleChanges = release.startsWith('21') ? { tags: ['changed'] } : { ...rule, tags: ['changed'] };
  const ids = { granules: [{ granuleId: g1, collectionId }], ids: [g1], workflowName: 'Ingest' };
  // Up to 9.9 they are meant by their ids.
  const meant = release.startsWith('21') ? { granules: [{ granuleId: g1, collectionId }] } : { ids: [g1] };
  const started = { id: expect.any(String), status: 'RUNNING' };
  const report = `inventoryReport-${suffix}`;
  const one = (fields: object) => ({ results: expect.arrayContaining([expect.objectContaining(fields)]) });
  const query = { limit: '50' };
  const withCollection = { given: '`collectionId`', parameters: { granuleId: g1, collectionId } };

  return [
    { name: 'collections.createCollection', parameters: { collection }, expected: { record: collection } },
    { name: 'collections.getCollection', parameters: collectionKey, expected: { name: collection.name } },
    { name: 'collections.getCollections', parameters: { query }, expected: one({ name: collection.name }) },
    {
      name: 'collections.updateCollection',
      parameters: { collection: { ...collection, dataType: 'N' } },
      expected: { dataType: 'N' },
    },
    { name: 'providers.createProvider', parameters: { provider }, expected: { record: provider } },
    { name: 'providers.getProvider', parameters: { providerId: provider.id }, expected: provider },
    { name: 'providers.getProviders', parameters: { queryStringParameters: query }, expected: one(provider) },
    { name: 'rules.postRule', parameters: { rule }, expected: { record: rule } },
    { name: 'rules.getRule', parameters: { ruleName }, expected: rule },
    { name: 'rules.listRules', parameters: { query }, expected: one(rule) },
    {
      name: 'rules.replaceRule',
      parameters: { ruleName, replacementRule: { ...rule, tags: ['replaced'] } },
      expected: { tags: ['replaced'] },
    },
    {
      name: 'rules.updateRule',
      parameters: { ruleName, updateParams: ruleChanges },
      expected: { name: ruleName, workflow: 'Ingest', tags: ['changed'] },
    },
    { name: 'rules.rerunRule', parameters: { ruleName }, expected: { name: ruleName } },
    { name: 'granules.getGranuleResponse', parameters: { granuleId: g1 }, expected: { granuleId: g1 } },
    { name: 'granules.getGranule', parameters: { granuleId: g1 }, expected: { granuleId: g1, status: 'completed' } },
    { name: 'granules.waitForGranule', parameters: { granuleId: g1, status: 'completed', retries: 0 } },
    // 1.24 sends the query as a body, which that release's API did not read either: the first ten, whichever they are.
    { name: 'granules.listGranules', parameters: { query }, expected: one({ granuleId: expect.any(String) }) },
    {
      name: 'granules.reingestGranule',
      parameters: { granuleId: g1 },
      expected: { granuleId: g1, action: 'reingest' },
    },
    {
      name: 'granules.applyWorkflow',
      parameters: { granuleId: g2, workflow: 'Ingest' },
      expected: { granuleId: g2, action: 'applyWorkflow Ingest' },
    },
    ...(release.startsWith('21')
      ? [
          { ...withCollection, name: 'granules.getGranule', expected: { granuleId: g1 } },
          { ...withCollection, name: 'granules.reingestGranule', expected: { granuleId: g1, action: 'reingest' } },
        ]
      : []),
    {
      name: 'granules.moveGranule',
      parameters: { granuleId: g6, destinations: [{ regex: '.*', bucket: 'archive', filepath: 'moved' }] },
      expected: { granuleId: g6, action: 'move' },
    },
    {
      name: 'granules.removeFromCMR',
      parameters: { granuleId: g4 },
      expected: { granuleId: g4, action: 'removeFromCmr' },
    },
    {
      name: 'granules.removePublishedGranule',
      parameters: { granuleId: g5 },
      expected: { detail: 'Record deleted' },
    },
    { name: 'granules.deleteGranule', parameters: { granuleId: g3 }, expected: { detail: 'Record deleted' } },
    { name: 'granules.createGranule', parameters: { body: newGranule } },
    { name: 'granules.replaceGranule', parameters: { body: newGranule } },
    { name: 'granules.updateGranule', parameters: { granuleId: g2, body: { granuleId: g2, collectionId } } },
    {
      name: 'granules.associateExecutionWithGranule',
      parameters: { body: { granuleId: g2, collectionId, executionArn } },
    },
    { name: 'granules.bulkGranules', parameters: { body: { ...meant, workflowName: 'Ingest' } }, expected: started },
    {
      name: 'granules.bulkDeleteGranules',
      parameters: { body: { ...meant, forceRemoveFromCmr: true } },
      expected: started,
    },
    { name: 'granules.bulkReingestGranules', parameters: { body: meant }, expected: started },
    { name: 'granules.bulkOperation', parameters: { ...meant, workflowName: 'Ingest' }, expected: started },
    { name: 'granules.bulkPatch', parameters: { body: { apiGranules: [newGranule], dbConcurrency: 1 } } },
    {
      name: 'granules.bulkPatchGranuleCollection',
      parameters: { body: { apiGranules: [newGranule], collectionId, esConcurrency: 1 } },
    },
    {
      name: 'granules.bulkChangeCollection',
      parameters: { body: { sourceCollectionId: collectionId, targetCollectionId: collectionId } },
    },
    {
      name: 'granules.getFileGranuleAndCollectionByBucketAndKey',
      parameters: fileOf(suffix),
      expected: { granuleId: g1, collectionId },
    },
    { name: 'executions.getExecution', parameters: { arn: executionArn }, expected: { arn: executionArn } },
    { name: 'executions.getExecutions', parameters: { query }, expected: one({ arn: executionArn }) },
    {
      name: 'executions.getExecutionStatus',
      parameters: { arn: executionArn },
      expected: { execution: { executionArn, status: 'RUNNING' } },
    },
    { name: 'executions.createExecution', parameters: { body: newExecution } },
    { name: 'executions.updateExecution', parameters: { body: newExecution } },
    {
      name: 'executions.deleteExecution',
      parameters: { executionArn: oldArn(executionArn, suffix) },
      expected: { message: 'Record deleted' },
    },
    { name: 'executions.searchExecutionsByGranules', parameters: { payload: ids } },
    { name: 'executions.workflowsByGranules', parameters: { payload: ids } },
    { name: 'executions.bulkDeleteByCollection', parameters: { payload: { collectionId } } },
    { name: 'pdrs.getPdr', parameters: { pdrName: `P${suffix}.PDR` }, expected: { pdrName: `P${suffix}.PDR` } },
    { name: 'pdrs.getPdrs', parameters: { query }, expected: one({ pdrName: `P${suffix}.PDR` }) },
    { name: 'pdrs.deletePdr', parameters: { pdrName: `P${suffix}.PDR` }, expected: { detail: 'Record deleted' } },
    {
      name: 'asyncOperations.getAsyncOperation',
      parameters: { asyncOperationId: `op${suffix}` },
      expected: { id: `op${suffix}` },
    },
    { name: 'asyncOperations.listAsyncOperations', parameters: { query }, expected: one({ id: `op${suffix}` }) },
    {
      name: 'asyncOperations.createAsyncOperation',
      parameters: { asyncOperation: operation },
      expected: { record: operation },
    },
    {
      name: 'asyncOperations.deleteAsyncOperation',
      parameters: { asyncOperationId: `op${suffix}` },
      expected: { message: 'Record deleted' },
    },
    { name: 'workflows.getWorkflow', parameters: { workflowName: 'Ingest' }, expected: { name: 'Ingest' } },
    { name: 'workflows.getWorkflows', parameters: {} },
    { name: 'reconciliationReports.getReconciliationReport', parameters: { name: report }, expected: { report } },
    { name: 'reconciliationReports.deleteReconciliationReport', parameters: { name: report } },
    { name: 'reconciliationReports.createReconciliationReport', parameters: { request: {} } },
    { name: 'ems.createEmsReports', parameters: { request: {} } },
    { name: 'ems.getLambdaEmsSettings', parameters: 'EmsIngestReport' },
    { name: 'orca.listRequests', parameters: { query: { granuleId: g1 } } },
    { name: 'orca.submitRequestToOrca', parameters: { httpMethod: 'POST', path: '/orca/recovery/granules', body: {} } },
    { name: 'deadLetterArchive.postRecoverCumulusMessages', parameters: { payload: {} } },
    { name: 'migrationCounts.postMigrationCounts', parameters: { payload: {} } },
    { name: 'replays.postKinesisReplays', parameters: { payload: { type: 'kinesis', kinesisStream: 's' } } },
    { name: 'replays.replaySqsMessages', parameters: { payload: { queueName: 'q' } } },
    { name: 'rules.deleteRule', parameters: { ruleName }, expected: { message: 'Record deleted' } },
    {
      name: 'providers.deleteProvider',
      parameters: { providerId: provider.id },
      expected: { message: 'Record deleted' },
    },
    { name: 'collections.deleteCollection', parameters: collectionKey, expected: { message: 'Record deleted' } },
  ];
}
