import { EXAMPLE_PROTECTION } from './example-protection.ts';
import { EXAMPLE_RECORDS } from './example-records.ts';

const { Granule: GRANULE, AsyncOperation: OPERATION, Execution: EXECUTION, Rule: RULE } = EXAMPLE_RECORDS;
const DELETED = { message: 'Record deleted' };
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6Impkb2UifQ.Vx0G7PVdmVPPWGOTcNVL2vqL0TqO7wYdJmVqj9oGvRk';
const WORKFLOW = {
  name: 'IngestGranule',
  arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:IngestGranule',
};

/** What lists of other things than records show. */
const REPORT = {
  ...{ reconciliationReportName: 'inventoryReport-20200101T000000000', name: 'inventoryReport-20200101T000000000' },
  ...{ type: 'Inventory', status: 'Generated' },
  location: 's3://cumulus-internal/prod/reconciliation-reports/inventoryReport-20200101T000000000.json',
  ...{ createdAt: 1577836800000, updatedAt: 1577836800000, timestamp: 1577836800000 },
};

/** The beginning of a page of a list. */
function pageOf(table: string, results: readonly object[]): object {
  return { meta: { name: 'cumulus-api', stack: 'prod', table, limit: 10, page: 1, count: results.length }, results };
}

function pageOfLogs(): object {
  const event = {
    ...{ timestamp: '2020-01-01T05:32:05.000Z', level: 30, message: 'Ingested the granule' },
    ...{ executions: EXECUTION.name, granules: [GRANULE.granuleId], sender: 'prod-SyncGranule' },
    logGroup: '/aws/lambda/prod-SyncGranule',
  };
  return {
    meta: { name: 'cumulus-api', stack: 'prod', table: 'logs', limit: 100, page: 1, count: 1 },
    results: [event],
  };
}

function summary(value: number, aggregation: string, unit: string): object {
  return { dateFrom: '1970-01-01T00:00:00.000Z', dateTo: '2020-01-02T00:00:00.000Z', value, aggregation, unit };
}

const AGGREGATE = {
  meta: { name: 'cumulus-api', count: 200, field: 'status' },
  count: [
    { key: 'completed', count: 163 },
    { key: 'running', count: 21 },
    { key: 'failed', count: 16 },
  ],
};

const HISTOGRAM = {
  meta: {
    ...{ name: 'cumulus-api', count: 200 },
    criteria: { field: 'timestamp', interval: 'month', format: 'yyyy-MM-dd' },
  },
  histogram: [{ date: '2020-01-01', count: 200 }],
};

const AVERAGE = {
  meta: { name: 'cumulus-api', count: 200, field: 'duration' },
  stats: {
    ...{ count: 200, min: 12.5, max: 101.5, avg: 57.475, sum: 11495, sum_of_squares: 796150 },
    ...{ variance: 677.374375, std_deviation: 26.026417 },
    std_deviation_bounds: { upper: 109.527834, lower: 5.422166 },
  },
};

/** The answer to a request that starts an operation on granules. */
const started = (description: string, operationType = 'Bulk Granules'): object => ({
  ...OPERATION,
  ...{ description, operationType },
});

const BULK = { ids: [GRANULE.granuleId] };
const ACTION = { action: 'applyWorkflow', workflow: 'PublishGranule' };
const ACTION_DONE = { granuleId: GRANULE.granuleId, action: 'applyWorkflow PublishGranule', status: 'SUCCESS' };
const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Provider',
  type: 'object',
  properties: { id: { type: 'string', minLength: 1, title: 'Provider Name' } },
};

/** What routes are sent, where that is no record. */
export const EXAMPLE_BODIES: { readonly [route: string]: unknown } = {
  'post /refresh': { token: TOKEN },
  'post /granules/bulk': { ...BULK, workflowName: 'PublishGranule' },
  'post /granules/bulkReingest': BULK,
  'post /granules/bulkDelete': { ...BULK, forceRemoveFromCmr: false },
  'put /granules/{granuleId}': ACTION,
  'patch /granules/{granuleId}': ACTION,
  'put /granules/{collectionId}/{granuleId}': ACTION,
  'patch /granules/{collectionId}/{granuleId}': ACTION,
  'patch /rules/{name}': { state: 'DISABLED' },
  'post /reconciliationReports': { reportType: 'Inventory', collectionId: 'MOD09GQ___006' },
  'post /saml/auth': { SAMLResponse: 'PHNhbWxwOlJlc3BvbnNlLz4=', RelayState: 'https://dashboard.example.org/' },
};

/** What routes answer when all goes well, where that is no record and no list of records. */
export const EXAMPLE_ANSWERS: { readonly [route: string]: unknown } = {
  'post /granules/bulk': started('Bulk run PublishGranule on 1 granule'),
  'post /granules/bulkReingest': started('Bulk granule reingest run on 1 granule'),
  'post /granules/bulkDelete': started('Bulk granule deletion of 1 granule', 'Bulk Delete'),
  'get /version': { response_version: 'v1', api_version: '2.0.1', software_version: '2.0.0' },
  'get /token': { message: { token: TOKEN } },
  'post /refresh': { token: TOKEN },
  'delete /tokenDelete/{token}': { message: 'Token record was deleted' },
  'delete /token/{token}': { message: 'Token record was deleted' },
  'delete /collections/{name}/{version}': DELETED,
  'delete /providers/{id}': DELETED,
  'delete /rules/{name}': DELETED,
  'delete /executions/{arn}': DELETED,
  'delete /asyncOperations/{id}': DELETED,
  'delete /granules/{granuleId}': { detail: 'Record deleted' },
  'delete /granules/{collectionId}/{granuleId}': { detail: 'Record deleted' },
  'delete /pdrs/{pdrName}': { detail: 'Record deleted' },
  'put /granules/{granuleId}': ACTION_DONE,
  'patch /granules/{granuleId}': ACTION_DONE,
  'put /granules/{collectionId}/{granuleId}': ACTION_DONE,
  'patch /granules/{collectionId}/{granuleId}': ACTION_DONE,
  'patch /rules/{name}': { ...RULE, state: 'DISABLED' },
  'get /granule-csv':
    'granuleUr,collectionId,createdAt,startDateTime,endDateTime\n' +
    `${GRANULE.granuleId},${GRANULE.collectionId},2020-01-01T05:30:25.000Z,2016-12-23T00:00:00.000Z,2016-12-23T23:59:59.000Z\n`,
  'get /granules/files/get_collection_and_granule_id/{bucket}/{key}': {
    ...{ granuleId: GRANULE.granuleId, collectionId: GRANULE.collectionId },
  },
  'get /executions/status/{arn}': {
    execution: {
      ...{ executionArn: EXECUTION.arn, stateMachineArn: WORKFLOW.arn, name: EXECUTION.name, status: 'SUCCEEDED' },
      ...{ startDate: '2020-01-01T05:30:25.000Z', stopDate: '2020-01-01T05:32:05.000Z' },
    },
    executionHistory: {
      events: [{ id: 1, type: 'ExecutionStarted', previousEventId: 0, timestamp: '2020-01-01T05:30:25.000Z' }],
    },
    stateMachine: { stateMachineArn: WORKFLOW.arn, name: WORKFLOW.name, definition: '{"StartAt":"SyncGranule"}' },
  },
  'get /asyncOperations/{id}': {
    ...{ id: OPERATION.id, status: 'SUCCEEDED' },
    ...{ description: OPERATION.description, operationType: OPERATION.operationType },
    output: '{"total":1,"done":1,"failed":0}',
  },
  'get /stats': {
    errors: summary(16, 'count', 'error'),
    collections: summary(7, 'count', 'collection'),
    processingTime: summary(57.475, 'average', 'second'),
    granules: summary(200, 'count', 'granule'),
  },
  'get /stats/aggregate': AGGREGATE,
  'get /stats/aggregate/{type}': AGGREGATE,
  'get /stats/histogram': HISTOGRAM,
  'get /stats/histogram/{type}': HISTOGRAM,
  'get /stats/average': AVERAGE,
  'get /stats/average/{type}': AVERAGE,
  'get /workflows': [WORKFLOW],
  'get /workflows/{name}': WORKFLOW,
  'get /logs': pageOfLogs(),
  'get /logs/{executionName}': pageOfLogs(),
  'get /reconciliationReports': pageOf('reconciliationReport', [REPORT]),
  'get /reconciliationReports/{name}': {
    ...{ reportType: 'Inventory', status: 'SUCCESS' },
    ...{ createStartTime: '2020-01-01T00:00:00.000Z', createEndTime: '2020-01-01T00:01:00.000Z' },
    filesInCumulus: { okCount: 400, onlyInS3: [], onlyInDynamoDb: [] },
  },
  'delete /reconciliationReports/{name}': { message: 'Report deleted' },
  'post /reconciliationReports': {
    ...{ id: OPERATION.id, status: 'RUNNING' },
    ...{ description: 'Create Reconciliation Report', operationType: 'Reconciliation Report' },
    ...{ createdAt: 1577836800000, updatedAt: 1577836800000 },
    ...{ message: 'Report is being generated', reportName: REPORT.name },
  },
  'get /protection': EXAMPLE_PROTECTION,
  'get /instanceMeta': { cmr: { provider: 'CUMULUS', environment: 'UAT' }, cumulus: { stackName: 'prod' } },
  'get /schemas/{name}': SCHEMA,
};

/** A page for browsers. */
export const EXAMPLE_PAGE = '<!doctype html>\n<html lang="en">…</html>';

/** The page of a list whose records are these. */
export function examplePage(record: keyof typeof EXAMPLE_RECORDS): object {
  return pageOf(record.charAt(0).toLowerCase() + record.slice(1), [EXAMPLE_RECORDS[record]]);
}
