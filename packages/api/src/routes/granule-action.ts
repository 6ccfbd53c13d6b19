import { isObject } from '@cumulus/dynamodb/aws';
import { HTTPException } from 'hono/http-exception';
import type { Destination } from '../granules/plan-move.ts';
import { jsonBody, objectOf, TEXT } from '../openapi/schemas.ts';
import type { RunChoices } from '../workflows/workflows.ts';

/** The fields that each action on a granule takes. */
const FIELDS = {
  applyWorkflow: ['workflow', 'workflowName', 'meta', 'queueName'],
  move: ['destinations'],
  reingest: ['workflowName', 'executionArn', 'meta', 'queueName'],
  removeFromCmr: [],
} as const;

/** What a request does with a granule. */
export type GranuleAction =
  | { readonly action: 'applyWorkflow'; readonly workflow: string; readonly choices: RunChoices }
  | {
      readonly action: 'reingest';
      readonly workflowName: string | undefined;
      readonly executionArn: string | undefined;
      readonly choices: RunChoices;
    }
  | { readonly action: 'move'; readonly destinations: readonly Destination[] }
  | { readonly action: 'removeFromCmr' };

type Body = { readonly [field: string]: unknown };

/** The body of an action, for the description of its route. */
export const ACTION_BODY = jsonBody(
  objectOf(
    {
      action: { type: 'string', enum: Object.keys(FIELDS), description: 'What to do with the granule.' },
      workflow: { ...TEXT, description: 'Of `applyWorkflow`: the workflow to start. `workflowName` does the same.' },
      workflowName: {
        ...TEXT,
        description: 'Of `reingest`: repeats the newest execution of this workflow on the granule.',
      },
      executionArn: {
        ...TEXT,
        description: 'Of `reingest`: repeats this execution instead of the granule’s last one.',
      },
      meta: { type: 'object', description: 'Merged into `meta` of the message of the workflow.' },
      queueName: { ...TEXT, description: 'The queue of the deployment that starts the workflow.' },
      destinations: {
        type: 'array',
        description:
          'Of `move`: where the files go. `filepath` is the folder; `regex` matches names of files, and the first match counts.',
        items: objectOf(
          {
            regex: {
              ...TEXT,
              description: 'Files whose names match go here. The first destination that matches counts.',
            },
            bucket: TEXT,
            filepath: { ...TEXT, description: 'The folder; by default the root of the bucket.' },
          },
          ['filepath'],
        ),
      },
    },
    ['workflow', 'workflowName', 'executionArn', 'meta', 'queueName', 'destinations'],
  ),
);

/**
 * Reads the body of an action on a granule. A field that the action does not take is refused: it would otherwise change nothing
 * without anybody noticing. Null stands for a field that is not given.
 * @throws HTTPException 400
 */
export function parseAction(body: Body): GranuleAction {
  const { action } = body;
  if (!action) throw bad('Action is missing');
  if (!isAction(action)) throw bad(`Action is not supported. Choices are ${Object.keys(FIELDS).join(', ')}`);
  const taken: readonly string[] = ['action', ...FIELDS[action]];
  const unknown = Object.keys(body).filter((field) => body[field] !== null && !taken.includes(field));
  if (unknown.length > 0) {
    const takes = FIELDS[action].length === 0 ? 'no further fields' : FIELDS[action].join(', ');
    throw bad(`The action ${action} does not take ${unknown.join(', ')}; it takes ${takes}.`);
  }
  if (action === 'removeFromCmr') return { action };
  if (action === 'move') return { action, destinations: destinationsIn(body) };
  const choices = { meta: objectIn(body, 'meta'), queueName: textIn(body, 'queueName') };
  const [workflow, workflowName] = [textIn(body, 'workflow'), textIn(body, 'workflowName')];
  if (action === 'reingest') return { action, workflowName, executionArn: textIn(body, 'executionArn'), choices };
  if (workflow !== undefined && workflowName !== undefined && workflow !== workflowName)
    throw bad('workflow and workflowName name two workflows.');
  const named = workflow ?? workflowName;
  if (named === undefined) throw bad('applyWorkflow takes the name of a workflow, in the field workflow.');
  return { action, workflow: named, choices };
}

function destinationsIn({ destinations }: Body): readonly Destination[] {
  if (!Array.isArray(destinations) || destinations.length === 0)
    throw bad('move takes destinations, a list of { regex, bucket, filepath }.');
  return (destinations as readonly unknown[]).map((destination) => {
    if (!isObject(destination)) throw bad('Each of destinations is an object with regex, bucket and filepath.');
    const unknown = Object.keys(destination).filter((field) => !['regex', 'bucket', 'filepath'].includes(field));
    if (unknown.length > 0) throw bad(`A destination does not take ${unknown.join(', ')}.`);
    const [regex, bucket] = [textIn(destination, 'regex'), textIn(destination, 'bucket')];
    if (regex === undefined || bucket === undefined) throw bad('Each destination has a regex and a bucket.');
    if (!isExpression(regex)) throw bad(`${regex} is not a valid regular expression.`);
    if (!BUCKET.test(bucket)) throw bad(`${bucket} cannot be the name of a bucket.`);
    const { filepath = '' } = destination;
    if (filepath !== null && typeof filepath !== 'string') throw bad('filepath takes a text.');
    return { regex, bucket, filepath: filepath || undefined };
  });
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,253}[a-z0-9]$/i;

function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

function isAction(action: unknown): action is keyof typeof FIELDS {
  return typeof action === 'string' && Object.hasOwn(FIELDS, action);
}

function textIn(body: Body, field: string): string | undefined {
  const value = body[field] ?? undefined;
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw bad(`${field} takes a text that is not empty.`);
}

function objectIn(body: Body, field: string): Body | undefined {
  const value = body[field] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw bad(`${field} takes an object.`);
}

function bad(message: string): HTTPException {
  return new HTTPException(400, { message });
}
