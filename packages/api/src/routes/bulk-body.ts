import { isObject } from '@cumulus/dynamodb/aws';
import { HTTPException } from 'hono/http-exception';
import type { BulkAction, BulkRequest, GranuleRef, GranuleSelection } from '../bulk/bulk-request.ts';
import { queryFields } from '../lists/list-query.ts';
import { jsonBody, objectOf, TEXT } from '../openapi/schemas.ts';
import { parseSearchBody } from '../query/search-body.ts';
import type { RunChoices } from '../workflows/workflows.ts';

type Body = { readonly [field: string]: unknown };

/** The fields by which granules are meant. */
const SELECTION = ['ids', 'granules', 'query', 'index'] as const;

/** What later releases take, and what makes no difference here: how fast, and how their database is asked. */
const NO_MATTER = ['concurrency', 'maxDbConnections', 'knexDebug'] as const;

/** The fields that choose how workflows are started. */
const CHOICES = ['meta', 'queueName', 'queueUrl'] as const;

/** The fields that each request takes besides. */
const FIELDS = {
  applyWorkflow: ['workflowName', 'workflow', ...CHOICES],
  delete: ['forceRemoveFromCmr'],
  reingest: ['workflowName', 'workflow', ...CHOICES],
  removeFromCmr: [],
} as const;

type ActionName = keyof typeof FIELDS;

const GRANULE = objectOf({ granuleId: TEXT, collectionId: TEXT }, ['collectionId']);

const PROPERTIES = {
  ids: { type: 'array', items: TEXT, description: 'The ids of the granules.' },
  granules: {
    type: 'array',
    items: { anyOf: [TEXT, GRANULE] },
    description: 'Instead of `ids`: each with the collection that it has to belong to.',
  },
  query: {
    type: ['object', 'string'],
    description: 'Instead of `ids`: a search as Elasticsearch takes it. A clause that is not supported is a 400.',
  },
  index: { ...TEXT, description: 'Required with `query`; ignored otherwise.' },
  concurrency: { type: 'integer', description: 'Ignored: an option of other releases.' },
  maxDbConnections: { type: 'integer', description: 'Ignored: an option of other releases.' },
  knexDebug: { type: 'boolean', description: 'Ignored: an option of other releases.' },
  workflowName: {
    ...TEXT,
    description: 'The workflow to start. Of `reingest`: the newest execution of this workflow is repeated.',
  },
  workflow: { ...TEXT, description: 'The same as `workflowName`.' },
  meta: { type: 'object', description: 'Merged into `meta` of the message of each workflow.' },
  queueName: { ...TEXT, description: 'The queue of the deployment that starts the workflows.' },
  queueUrl: { ...TEXT, description: 'The URL of that queue, instead of its name.' },
  forceRemoveFromCmr: { type: 'boolean', description: 'Whether published granules are removed from CMR first.' },
};

/** The body of a request about many granules, for the description of its route. */
export function bulkBody(action: ActionName): ReturnType<typeof jsonBody> {
  const taken: readonly string[] = [...SELECTION, ...NO_MATTER, ...FIELDS[action]];
  const properties = Object.fromEntries(Object.entries(PROPERTIES).filter(([field]) => taken.includes(field)));
  return jsonBody(
    objectOf(properties, action === 'applyWorkflow' ? taken.filter((field) => field !== 'workflowName') : taken),
  );
}

/** The body of an action on all granules of a collection, for the description of its route. */
export const COLLECTION_ACTION = objectOf({ action: { type: 'string', enum: Object.keys(FIELDS) }, ...pickChoices() }, [
  'workflow',
  'workflowName',
  'forceRemoveFromCmr',
  ...CHOICES,
]);

function pickChoices() {
  const { workflow, workflowName, meta, queueName, queueUrl, forceRemoveFromCmr } = PROPERTIES;
  return { workflow, workflowName, meta, queueName, queueUrl, forceRemoveFromCmr };
}

/** Reads the body of a request about many granules. @throws HTTPException 400 that names what is wrong */
export function parseBulkBody(action: ActionName, body: Body): BulkRequest {
  refuseOthers(body, [...SELECTION, ...NO_MATTER, ...FIELDS[action]]);
  const selection = selectionIn(body);
  return { action: actionIn(action, body), selection };
}

/** Reads the body of an action on all granules of a collection. @throws HTTPException 400 that names what is wrong */
export function parseCollectionAction(body: Body, collectionId: string): BulkRequest {
  const { action } = body;
  if (typeof action !== 'string' || !Object.hasOwn(FIELDS, action))
    throw bad(`Action is not supported. Choices are ${Object.keys(FIELDS).join(', ')}`);
  const name = action as ActionName;
  refuseOthers(body, ['action', ...FIELDS[name]]);
  const ofCollection = { kind: 'is', field: 'collectionId', values: [collectionId] } as const;
  const published = { kind: 'is', field: 'published', values: ['true'] } as const;
  const filters = name === 'removeFromCmr' ? [ofCollection, published] : [ofCollection];
  return { action: actionIn(name, body), selection: { filters } };
}

/** A field that is not taken would otherwise change nothing without anybody noticing. */
function refuseOthers(body: Body, taken: readonly string[]): void {
  const unknown = Object.keys(body).filter((field) => isGiven(body[field]) && !taken.includes(field));
  if (unknown.length > 0) throw bad(`The request does not take ${unknown.join(', ')}; it takes ${taken.join(', ')}.`);
}

function actionIn(name: ActionName, body: Body): BulkAction {
  if (name === 'removeFromCmr') return { name };
  if (name === 'delete') {
    const { forceRemoveFromCmr = false } = body;
    if (typeof forceRemoveFromCmr !== 'boolean' && isGiven(forceRemoveFromCmr))
      throw bad('forceRemoveFromCmr must be a boolean value');
    return { name, forceRemoveFromCmr: forceRemoveFromCmr === true };
  }
  const workflow = workflowIn(body);
  const choices = choicesIn(body);
  if (name === 'reingest') return { name, workflowName: workflow, choices };
  if (workflow === undefined) throw bad('workflowName is required.');
  return { name, workflow, choices };
}

function workflowIn(body: Body): string | undefined {
  const [workflowName, workflow] = [textIn(body, 'workflowName'), textIn(body, 'workflow')];
  if (workflowName !== undefined && workflow !== undefined && workflow !== workflowName)
    throw bad('workflow and workflowName name two workflows.');
  return workflowName ?? workflow;
}

function choicesIn(body: Body): RunChoices {
  const { meta } = body;
  if (isGiven(meta) && !isObject(meta)) throw bad('meta takes an object.');
  const [queueName, queueUrl] = [textIn(body, 'queueName'), textIn(body, 'queueUrl')];
  if (queueName !== undefined && queueUrl !== undefined) throw bad('queueName and queueUrl name a queue each.');
  return { meta: isObject(meta) ? meta : undefined, queueName, queueUrl };
}

function selectionIn(body: Body): GranuleSelection {
  const { ids, granules, query, index } = body;
  const listed = [ids, granules].filter((list) => isGiven(list) && !(Array.isArray(list) && list.length === 0));
  if (isGiven(query)) {
    if (listed.length > 0) throw bad('ids (or granules) and query mean granules each: give one of them.');
    if (!isGiven(index)) throw bad('Index is required if query is sent');
    return searchIn(query);
  }
  if (isGiven(ids) && !Array.isArray(ids)) throw bad(`ids should be an array of values, received ${ids}`);
  if (isGiven(granules) && !Array.isArray(granules)) throw bad('granules takes a list.');
  if (listed.length === 2) throw bad('ids and granules mean granules each: give one of them.');
  const [list] = listed as readonly (readonly unknown[])[];
  if (list !== undefined) return { granules: list.map(refOf) };
  throw bad(Array.isArray(ids) ? 'no values provided for ids' : 'One of ids or query is required');
}

function searchIn(query: unknown): GranuleSelection {
  if (!isObject(query)) throw bad('query takes an object, as Elasticsearch takes a search.');
  const { filters, size } = parseSearchBody(query, queryFields('granule', []), 'granuleId');
  return { filters, ...(size !== undefined && { max: size }) };
}

function refOf(given: unknown): GranuleRef {
  if (typeof given === 'string' && given !== '') return { granuleId: given };
  const { granuleId, collectionId } = isObject(given) ? given : {};
  if (typeof granuleId !== 'string' || granuleId === '') throw bad('Each granule has an id, a text.');
  if (!isGiven(collectionId)) return { granuleId };
  if (typeof collectionId !== 'string') throw bad('collectionId takes a text.');
  return { granuleId, collectionId };
}

/** Forms of dashboards send what was not filled in as empty texts. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textIn(body: Body, field: string): string | undefined {
  const value = body[field];
  if (!isGiven(value)) return undefined;
  if (typeof value === 'string') return value;
  throw bad(`${field} takes a text.`);
}

function bad(message: string): HTTPException {
  return new HTTPException(400, { message });
}
