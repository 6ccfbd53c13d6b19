import type { Models } from '@cumulus/models';
import { isPayloadPointer } from '@cumulus/models/payloads';
import { deconstructCollectionId, type Granule, type Rule } from '@cumulus/models/schemas';
import type { AwsClients } from '../aws/clients.ts';
import { OriginUnknownError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { type ExecutionStatus, executionStatus, inputOf } from './execution-status.ts';
import { startWorkflow, type WorkflowRun } from './start-workflow.ts';
import { type WorkflowTemplate, WorkflowTemplates } from './workflow-templates.ts';

export interface WorkflowsOptions {
  readonly settings: Pick<Settings, 'stackName' | 'systemBucket' | 'startQueueUrl'>;
  readonly models: Models;
  readonly clients: AwsClients;
}

/** The deployment's workflows and their executions. */
export class Workflows {
  readonly #models: Models;
  readonly #clients: AwsClients;
  readonly #templates: WorkflowTemplates;
  readonly #queueUrl: string | undefined;

  constructor({ settings, models, clients }: WorkflowsOptions) {
    this.#models = models;
    this.#clients = clients;
    this.#templates = new WorkflowTemplates(this.#clients, settings.systemBucket, settings.stackName);
    this.#queueUrl = settings.startQueueUrl;
  }

  /** All workflows, by name. @throws NotConfiguredError, ServiceUnavailableError */
  list(): Promise<readonly WorkflowTemplate[]> {
    return this.#templates.list();
  }

  /** @throws WorkflowNotFoundError, NotConfiguredError, ServiceUnavailableError */
  get(name: string): Promise<WorkflowTemplate> {
    return this.#templates.get(name);
  }

  /** Starts the workflow of a rule, with the rule's collection, provider and meta. @throws as {@link get} does */
  async startRule({ workflow, collection, provider, meta, queueName }: Rule): Promise<void> {
    await this.#start({
      workflow,
      collection: await this.#models.collections.find(collection),
      provider: provider === undefined ? undefined : await this.#models.providers.find({ id: provider }),
      meta,
      payload: {},
      queueName,
    });
  }

  /**
   * Starts the workflow that made a granule again, with its original input, and sets the granule to running.
   * @throws OriginUnknownError if that input is no longer known; else as {@link get} does
   */
  async reingest(granule: Granule): Promise<void> {
    const { workflow, meta, payload, queueName } = await this.#originOf(granule);
    await this.#run(granule, {
      workflow,
      meta,
      payload,
      queueName,
      cumulusMeta: { cumulus_context: { reingestGranule: true, forceDuplicateOverwrite: true } },
    });
  }

  /** Starts a workflow on a granule, and sets the granule to running. @throws as {@link get} does */
  async applyWorkflow(granule: Granule, workflow: string): Promise<void> {
    await this.#run(granule, { workflow, payload: { granules: [granule] } });
  }

  /** @throws RecordDoesNotExistError if neither Step Functions nor the table has the execution */
  executionStatus(executionArn: string): Promise<ExecutionStatus> {
    return executionStatus(executionArn, { clients: this.#clients, models: this.#models });
  }

  /** The input of a granule's execution: from Step Functions, which forgets it after 90 days, else from the table. */
  async #originOf({ execution }: Granule): Promise<Pick<WorkflowRun, 'workflow' | 'meta' | 'payload' | 'queueName'>> {
    // Other releases may have written a granule without it.
    const arn = String(execution ?? '').replace(/^.*\//, '');
    if (arn === '') throw new OriginUnknownError('The granule does not name the execution that made it.');
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
  async #run(granule: Granule, run: WorkflowRun): Promise<void> {
    const { granuleId, collectionId, provider, status } = granule;
    const key = deconstructCollectionId(collectionId);
    const collection = key === undefined ? undefined : await this.#models.collections.find(key);
    const providerRecord = provider === undefined ? undefined : await this.#models.providers.find({ id: provider });
    await this.#templates.get(run.workflow);
    await this.#models.granules.update({ granuleId }, { status: 'running' });
    try {
      await this.#start({ ...run, collection, provider: providerRecord });
    } catch (error) {
      // Unless it has run after all, and its end is recorded.
      await this.#models.granules.modify({ granuleId }, (now) => (now.status === 'running' ? { status } : undefined));
      throw error;
    }
  }

  #start(run: WorkflowRun): Promise<void> {
    return startWorkflow(run, { clients: this.#clients, templates: this.#templates, queueUrl: this.#queueUrl });
  }
}

interface OriginalMessage {
  readonly meta?: { readonly workflow_name?: string };
  readonly cumulus_meta?: { readonly queueName?: string };
  readonly payload?: unknown;
}
