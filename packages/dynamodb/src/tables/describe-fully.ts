import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  type DescribeContributorInsightsCommandInput,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTableReplicaAutoScalingCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { classifyAwsError, isTransient, isUnsupported } from '../aws/classify-error.ts';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { pagesOf } from '../aws/pages.ts';
import { NotDynamoDBError, type RawAnswer, rawAnswer } from '../aws/raw-answer.ts';

/** All that DynamoDB says of a table and its settings. */
export interface FullDescription {
  /**
   * Each action's answer as the API has it, with fields that this release does not know; times are ISO 8601. Contributor
   * Insights of an index are under `DescribeContributorInsights/<index>`.
   */
  readonly answers: Readonly<Record<string, RawAnswer>>;
  /** The actions that were not answered: their settings are unknown, which is not the same as that there are none. */
  readonly unanswered: Readonly<Record<string, Unanswered>>;
}

/** Why DynamoDB did not answer. */
export interface Unanswered {
  /** `denied`: no permission; `unknown`: the server does not know the action, as stand-ins do not; else `failed`. */
  readonly because: 'denied' | 'unknown' | 'failed';
  /** What the server said. */
  readonly message: string;
}

/** The names by which a table is described. */
interface Described {
  readonly name: string;
  readonly arn: string;
}

/** Sends an action's requests, and joins all pages to one answer. */
type Ask = (client: DynamoDBClient, table: Described, abortSignal: AbortSignal | undefined) => Promise<RawAnswer>;

const ACTIONS = {
  DescribeTable: (client, { name }, abortSignal) =>
    rawAnswer(client, new DescribeTableCommand({ TableName: name }), { abortSignal }),
  DescribeTimeToLive: (client, { name }, abortSignal) =>
    rawAnswer(client, new DescribeTimeToLiveCommand({ TableName: name }), {
      abortSignal,
    }),
  DescribeContinuousBackups: (client, { name }, abortSignal) =>
    rawAnswer(client, new DescribeContinuousBackupsCommand({ TableName: name }), {
      abortSignal,
    }),
  ListTagsOfResource: listTags,
  GetResourcePolicy: getResourcePolicy,
  DescribeKinesisStreamingDestination: (client, { name }, abortSignal) =>
    rawAnswer(client, new DescribeKinesisStreamingDestinationCommand({ TableName: name }), {
      isJsonOnly: true,
      abortSignal,
    }),
  DescribeContributorInsights: (client, { name }, abortSignal) =>
    describeContributorInsights(client, { TableName: name }, abortSignal),
} as const satisfies Readonly<Record<string, Ask>>;

/** An action that a description asks. */
type DescribeAction = keyof typeof ACTIONS;

/** Without these, a description would be wrong, not only incomplete, so a temporary failure of one is an error. */
const DECISIVE: readonly string[] = ['DescribeTable', 'DescribeTimeToLive', 'DescribeContinuousBackups'];

export interface DescribeFullyOptions {
  /** The actions to ask; all unless given. */
  readonly actions?: readonly DescribeAction[] | undefined;
  /** DynamoDB's answer to DescribeTable, if the table was described just before: it is not asked for again. */
  readonly described?: RawAnswer | undefined;
  /** The actions that have to be permitted; those that the server does not know are left out all the same. */
  readonly required?: readonly DescribeAction[];
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Asks DynamoDB for all settings of a table, at once: seven requests, one more for provisioned capacity, and one for each
 * global index. `describeTable` needs one request, and is enough where nobody keeps or compares settings. Actions that the
 * server does not know, or that the credentials do not permit, are named as unanswered: a backup must not fail for them.
 * @throws TableNotFoundError; AccessDeniedError for an action that is required; ThrottledError, ConnectionError,
 *   RequestFailedError where the description itself, time to live or point-in-time recovery could not be asked
 */
export async function describeFully(
  client: DynamoDBClient,
  table: Described,
  { actions, described, required = ['DescribeTable'], abortSignal }: DescribeFullyOptions = {},
): Promise<FullDescription> {
  const answers: Record<string, RawAnswer> = described === undefined ? {} : { DescribeTable: described };
  const unanswered: Record<string, Unanswered> = {};
  const asked = async (action: string, isRequired: boolean, ask: Ask): Promise<void> => {
    try {
      answers[action] = await ask(client, table, abortSignal);
    } catch (error) {
      const because = reasonOf(error);
      const isFatal = because !== 'unknown' && (isRequired || (DECISIVE.includes(action) && isTransient(error)));
      if (isFatal || abortSignal?.aborted === true) {
        throw await explainDynamoDBError(error, client, { action, table: table.name });
      }
      unanswered[action] = { because, message: (error as Error).message };
    }
  };
  await Promise.all(
    (actions ?? (Object.keys(ACTIONS) as DescribeAction[]))
      .filter((action) => answers[action] === undefined)
      .map((action) => asked(action, required.includes(action), ACTIONS[action])),
  );
  if (actions !== undefined) return { answers: byAction(answers), unanswered: byAction(unanswered) };
  const { Table } = (answers['DescribeTable'] ?? {}) as { readonly Table?: RawTable };
  await Promise.all([
    // Only provisioned capacity is scaled.
    ...((Table?.BillingModeSummary?.BillingMode ?? 'PROVISIONED') === 'PROVISIONED'
      ? [asked('DescribeTableReplicaAutoScaling', false, describeAutoScaling)]
      : []),
    ...(answers['DescribeContributorInsights'] && Table?.GlobalSecondaryIndexes
      ? Table.GlobalSecondaryIndexes
      : []
    ).map(({ IndexName }) =>
      asked(`DescribeContributorInsights/${IndexName}`, false, (_, { name }) =>
        describeContributorInsights(client, { TableName: name, IndexName }, abortSignal),
      ),
    ),
  ]);
  return { answers: byAction(answers), unanswered: byAction(unanswered) };
}

/** What matters here of DescribeTable's answer. */
interface RawTable {
  readonly BillingModeSummary?: { readonly BillingMode?: string };
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
}

const describeAutoScaling: Ask = (client, { name }, abortSignal) =>
  rawAnswer(client, new DescribeTableReplicaAutoScalingCommand({ TableName: name }), {
    isJsonOnly: true,
    abortSignal,
  });

function describeContributorInsights(
  client: DynamoDBClient,
  input: DescribeContributorInsightsCommandInput,
  abortSignal: AbortSignal | undefined,
): Promise<RawAnswer> {
  const command = new DescribeContributorInsightsCommand(input);
  return rawAnswer(client, command, { isJsonOnly: true, abortSignal });
}

/** What matters here of a page of tags. */
interface TagsPage {
  readonly Tags?: readonly unknown[];
  readonly NextToken?: string;
}

/** All pages as one answer. */
async function listTags(
  client: DynamoDBClient,
  { name, arn }: Described,
  abortSignal: AbortSignal | undefined,
): Promise<RawAnswer> {
  const ask = async (token: string | undefined): Promise<TagsPage> => {
    const command = new ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: token });
    return rawAnswer(client, command, { isJsonOnly: true, abortSignal });
  };
  const tags: unknown[] = [];
  const pages = pagesOf({ what: `The list of tags of ${name}`, ask, next: ({ NextToken }) => NextToken });
  for await (const { Tags = [] } of pages) tags.push(...Tags);
  return { Tags: tags };
}

/** A table without a policy has an answer too: an empty one. */
async function getResourcePolicy(
  client: DynamoDBClient,
  { arn }: Described,
  abortSignal: AbortSignal | undefined,
): Promise<RawAnswer> {
  try {
    const command = new GetResourcePolicyCommand({ ResourceArn: arn });
    return await rawAnswer(client, command, { isJsonOnly: true, abortSignal });
  } catch (error) {
    if ((error as Error).name === 'PolicyNotFoundException') return {};
    throw error;
  }
}

function reasonOf(error: unknown): Unanswered['because'] {
  if (isUnsupported(error) || error instanceof NotDynamoDBError) return 'unknown';
  return classifyAwsError(error) === 'access denied' ? 'denied' : 'failed';
}

/** In the order of the actions' names, so that two manifests can be compared by eye. */
function byAction<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
