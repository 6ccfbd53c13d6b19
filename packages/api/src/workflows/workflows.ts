import { isObject } from '@cumulus/dynamodb/aws';
import type { Models } from '@cumulus/models';
import { isPayloadPointer } from '@cumulus/models/payloads';
import { deconstructCollectionId, type Execution, type Granule, type Rule } from '@cumulus/models/schemas';
import type { AwsClients } from '../aws/clients.ts';
import { describeExecution } from '../aws/describe-execution.ts';
import { SystemObjects } from '../aws/system-objects.ts';
import { OriginUnknownError, QueueNotFoundError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { type ExecutionStatus, executionStatus, inputOf } from './execution-status.ts';
import { mergeMeta } from './merge-meta.ts';
import { startWorkflow, type WorkflowRun } from './start-workflow.ts';
import { type MessageTemplate, type WorkflowTemplate, WorkflowTemplates } from './workflow-templates.ts';

export interface WorkflowsOptions {
  readonly settings: Pick<Settings, 'stackName' | 'systemBucket' | 'startQueueUrl'>;
  readonly models: Models;
  readonly clients: AwsClients;
}

/** What a request may choose of a workflow that it starts. */
export interface RunChoices {
  /** Merged into the message's `meta`. */
  readonly meta?: { readonly [name: string]: unknown } | undefined;
  /** The queue to start it from, among those of the deployment's template. */
  readonly queueName?: string | undefined;
  /** The queue to start it from, whatever the template has. */
  readonly queueUrl?: string | undefined;
}

/** For what else than a request of its own a workflow is started on a granule. */
export interface RunOccasion {
  /** The operation that the execution belongs to. */
  readonly asyncOperationId: string;
  /** The execution's name, of which there is only one. */
  readonly executionId: string;
  /** Whether it may have been started already. Then nothing is done if it was. */
  readonly isRepeated: boolean;
}

/** What a rule says of the workflow that it starts. */
export type StartableRule = Pick<Rule, 'workflow'> & Partial<Omit<Rule, 'workflow'>>;

/** Of a rule what it holds: earlier releases stored a text that a form had emptied as null. */
function withoutNulls(rule: StartableRule): Partial<StartableRule> {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null));
}

/** Which execution is repeated. */
export interface Origin {
  readonly executionArn?: string | undefined;
  readonly workflowName?: string | undefined;
}

type OriginalRun = Pick<WorkflowRun, 'workflow' | 'meta' | 'payload' | 'queueName'>;

/** The deployment's workflows and their executions. */
export class Workflows {
  readonly #models: Models;
  readonly #clients: AwsClients;
  readonly #templates: WorkflowTemplates;
  readonly #queueUrl: string | undefined;

  constructor({ settings, models, clients }: WorkflowsOptions) {
    this.#models = models;
    this.#clients = clients;
    this.#templates = new WorkflowTemplates(
      new SystemObjects({ clients, bucket: settings.systemBucket, stackName: settings.stackName }),
    );
    this.#queueUrl = settings.startQueueUrl;
  }

  /** The template of every message; empty if the deployment has none. @throws as {@link get} does */
  template(): Promise<MessageTemplate> {
    return this.#templates.message();
  }

  /** All workflows, by name. @throws NotConfiguredError, ServiceUnavailableError */
  list(): Promise<readonly WorkflowTemplate[]> {
    return this.#templates.list();
  }

  /** @throws WorkflowNotFoundError, NotConfiguredError, ServiceUnavailableError */
  get(name: string): Promise<WorkflowTemplate> {
    return this.#templates.get(name);
  }

  /**
   * Starts the workflow of a rule, with the rule's collection, provider, meta and payload.
   * @param occasion what it is started for this time
   * @throws RecordDoesNotExistError where there is no such collection or provider, and nothing is started; QueueNotFoundError; else
   *   as {@link get} does
   */
  async startRule(rule: StartableRule, occasion: Partial<WorkflowRun> = {}): Promise<void> {
    const { workflow } = rule;
    const { collection, provider, meta, payload = {}, queueName, queueUrl, executionNamePrefix } = withoutNulls(rule);
    await this.#start({
      workflow,
      // Rules of earlier releases may name none.
      collection: isObject(collection) ? await this.#models.collections.get(collection) : undefined,
      provider: provider === undefined ? undefined : await this.#models.providers.get({ id: provider }),
      ...{ meta, payload, queueUrl, executionNamePrefix },
      queueName: queueUrl === undefined ? await this.#knownQueue(queueName) : undefined,
      ...occasion,
    });
  }

  /**
   * Starts the workflow that made a granule again, with its original input, and sets the granule to running.
   * @param origin the execution to repeat, or the workflow whose newest execution on the granule is; its last one unless given
   * @param occasion what else it is started for than a request about this granule
   * @throws OriginUnknownError if that input is no longer known; else as {@link applyWorkflow} does
   */
  async reingest(
    granule: Granule,
    origin: Origin = {},
    { meta: added = {}, queueName, queueUrl }: RunChoices = {},
    occasion?: RunOccasion,
  ): Promise<void> {
    const original = await this.#originOf(granule, origin);
    const run = {
      workflow: original.workflow,
      meta: mergeMeta({ ...original.meta }, added),
      payload: original.payload,
      queueName: (await this.#knownQueue(queueName)) ?? original.queueName,
      queueUrl,
      cumulusMeta: { cumulus_context: { reingestGranule: true, forceDuplicateOverwrite: true } },
    };
    await this.#run(granule, run, occasion);
  }

  /**
   * Starts a workflow on a granule, and sets the granule to running.
   * @throws QueueNotFoundError; else as {@link get} does
   */
  async applyWorkflow(
    granule: Granule,
    workflow: string,
    { meta, queueName, queueUrl }: RunChoices = {},
    occasion?: RunOccasion,
  ): Promise<void> {
    const queue = await this.#knownQueue(queueName);
    const run = { workflow, meta, payload: { granules: [granule] }, queueName: queue, queueUrl };
    await this.#run(granule, run, occasion);
  }

  /** Checks that there is the queue that a request chooses. @throws QueueNotFoundError */
  async requireQueue({ queueName }: RunChoices): Promise<void> {
    await this.#knownQueue(queueName);
  }

  /** @throws RecordDoesNotExistError if neither Step Functions nor the table has the execution */
  executionStatus(executionArn: string): Promise<ExecutionStatus> {
    return executionStatus(executionArn, { clients: this.#clients, models: this.#models });
  }

  /** The input of a granule's execution: from Step Functions, which forgets it after 90 days, else from the table. */
  async #originOf(granule: Granule, { executionArn, workflowName }: Origin): Promise<OriginalRun> {
    // Other releases may have written a granule without it.
    const last = String(granule.execution ?? '').replace(/^.*\//, '');
    if (executionArn !== undefined) return this.#inputOf(executionArn);
    if (workflowName === undefined) {
      if (last === '') throw new OriginUnknownError('The granule does not name the execution that made it.');
      return this.#inputOf(last);
    }
    return this.#inputOf(await this.#newestExecution(granule, workflowName));
  }

  /** The newest execution of a workflow that worked on a granule. @throws OriginUnknownError */
  async #newestExecution({ granuleId, collectionId }: Granule, workflow: string): Promise<string> {
    let looked = 0;
    for await (const { arn, type } of this.#models.executions.newest({ collectionId, limit: EXECUTIONS_AT_ONCE })) {
      if (looked === MAX_EXECUTIONS) break;
      looked += 1;
      if (type === workflow && namesGranule(await this.#models.executions.find({ arn }), granuleId)) return arn;
    }
    throw new OriginUnknownError(
      `Among the newest ${looked.toLocaleString('en-US')} executions of collection ${collectionId} there is none of ` +
        `workflow "${workflow}" on granule "${granuleId}".`,
      ['Name the execution by executionArn.'],
    );
  }

  /** The queue if the deployment has it. @throws QueueNotFoundError */
  async #knownQueue(queueName: string | undefined): Promise<string | undefined> {
    if (queueName === undefined) return undefined;
    const { queues = {} } = (await this.#templates.message()).meta ?? {};
    if (Object.hasOwn(queues, queueName)) return queueName;
    throw new QueueNotFoundError(queueName, Object.keys(queues));
  }

  async #inputOf(arn: string): Promise<OriginalRun> {
    const message = (await inputOf(arn, this.#clients)) as OriginalMessage | undefined;
    if (message?.meta?.workflow_name !== undefined) {
      const { meta, cumulus_meta, payload } = message;
      return { workflow: message.meta.workflow_name, meta, payload, queueName: cumulus_meta?.queueName };
    }
    const { type, originalPayload } = (await this.#models.executions.find({ arn })) ?? {};
    if (type !== undefined && originalPayload !== undefined && !isPayloadPointer(originalPayload))
      return { workflow: type, payload: originalPayload };
    throw new OriginUnknownError(`The input of the execution ${arn} is no longer known.`);
  }

  /** Starts a workflow on a granule. The granule is set to running first, so that the status of its end is not overwritten. */
  async #run(granule: Granule, run: WorkflowRun, occasion?: RunOccasion): Promise<void> {
    const { granuleId, collectionId, provider, status } = granule;
    const { arn } = await this.#templates.get(run.workflow);
    // Its end may be recorded already, so that nothing would end a granule that is set to running again.
    if (occasion?.isRepeated && (await this.#isStarted(arn, occasion.executionId))) return;
    const key = deconstructCollectionId(collectionId);
    const collection = key === undefined ? undefined : await this.#models.collections.find(key);
    const providerRecord = provider === undefined ? undefined : await this.#models.providers.find({ id: provider });
    await this.#models.granules.update({ granuleId }, { status: 'running' });
    try {
      await this.#start({ ...run, ...startedFor(run, occasion), collection, provider: providerRecord });
    } catch (error) {
      // Unless it has run after all, and its end is recorded.
      await this.#models.granules.modify({ granuleId }, (now) => (now.status === 'running' ? { status } : undefined));
      throw error;
    }
  }

  async #isStarted(stateMachineArn: string, executionName: string): Promise<boolean> {
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName}`;
    return (await describeExecution(arn, this.#clients)) !== undefined;
  }

  #start(run: WorkflowRun): Promise<void> {
    return startWorkflow(run, { clients: this.#clients, templates: this.#templates, queueUrl: this.#queueUrl });
  }
}

/** What a run has of the operation that it belongs to. */
function startedFor({ cumulusMeta }: WorkflowRun, occasion: RunOccasion | undefined): Partial<WorkflowRun> {
  if (occasion === undefined) return {};
  const { asyncOperationId, executionId } = occasion;
  return { executionId, cumulusMeta: { ...cumulusMeta, asyncOperationId } };
}

/** The most executions of a collection that are looked through for one of a granule, and how many are read at once. */
const MAX_EXECUTIONS = 1_000;
const EXECUTIONS_AT_ONCE = 100;

/** Whether the payload of an execution, at its start or end, names a granule. */
function namesGranule(execution: Execution | undefined, granuleId: string): boolean {
  return [execution?.originalPayload, execution?.finalPayload].some((payload) => {
    const granules = isObject(payload) ? payload['granules'] : undefined;
    return Array.isArray(granules) && granules.some((each) => isObject(each) && each['granuleId'] === granuleId);
  });
}

interface OriginalMessage {
  readonly meta?: { readonly workflow_name?: string };
  readonly cumulus_meta?: { readonly queueName?: string };
  readonly payload?: unknown;
}
