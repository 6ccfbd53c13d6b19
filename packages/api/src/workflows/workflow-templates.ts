import { mapAtOnce, parseObject } from '@cumulus/dynamodb/aws';
import type { SystemObjects } from '../aws/system-objects.ts';
import { NotConfiguredError, WorkflowNotFoundError } from '../errors.ts';

/** A workflow of the deployment, as its file in S3 describes it. */
export interface WorkflowTemplate {
  readonly name: string;
  /** The ARN of its state machine. */
  readonly arn: string;
  readonly [field: string]: unknown;
}

/** The template of every message of the deployment. */
export interface MessageTemplate {
  readonly cumulus_meta?: object;
  readonly meta?: {
    /** The URLs of the deployment's queues, by name. */
    readonly queues?: Readonly<Record<string, string>>;
    /** How many executions of a queue may run at once, by the queue's name. */
    readonly queueExecutionLimits?: Readonly<Record<string, number>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Files that are read at once. */
const CONCURRENCY = 8;

/** Reads a deployment's workflows from `s3://<system bucket>/<stack>/`. */
export class WorkflowTemplates {
  readonly #objects: SystemObjects;

  constructor(objects: SystemObjects) {
    this.#objects = objects;
  }

  /** The bucket. @throws NotConfiguredError */
  get bucket(): string {
    return this.#objects.at('').bucket;
  }

  /** All workflows, by name. @throws NotConfiguredError, ServiceUnavailableError */
  async list(): Promise<readonly WorkflowTemplate[]> {
    const folder = this.#objects.at('workflows/');
    const listed = await this.#objects.ask((objects) => objects.list(folder));
    const names = listed.flatMap(({ key }) => {
      const [, name] = /^([^/]+)\.json$/.exec(key.slice(folder.key.length)) ?? [];
      return name === undefined ? [] : [name];
    });
    const found = await mapAtOnce(names, CONCURRENCY, undefined, (name) => this.#find(name));
    // One may have been removed since it was listed.
    return found.filter((template) => template !== undefined);
  }

  /** @throws WorkflowNotFoundError, NotConfiguredError, ServiceUnavailableError */
  async get(name: string): Promise<WorkflowTemplate> {
    const template = /^[\w.-]+$/.test(name) ? await this.#find(name) : undefined;
    if (template === undefined) throw new WorkflowNotFoundError(name);
    return template;
  }

  /** The template of every message; empty if the deployment has no such file. */
  async message(): Promise<MessageTemplate> {
    return ((await this.#read('workflow_template.json')) ?? {}) as MessageTemplate;
  }

  async #find(name: string): Promise<WorkflowTemplate | undefined> {
    const file = await this.#read(`workflows/${name}.json`);
    if (file === undefined) return undefined;
    // In files of earlier releases it is in the message that they hold.
    const { arn = (file['cumulus_meta'] as { state_machine?: string } | undefined)?.state_machine } = file;
    return { ...file, name, arn: String(arn ?? '') };
  }

  async #read(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const location = this.#objects.at(path);
    const object = await this.#objects.ask((objects) => objects.read(location));
    if (object === undefined) return undefined;
    const template = parseObject(object.content.toString('utf8'));
    if (template !== undefined) return template;
    throw new NotConfiguredError(`s3://${location.bucket}/${location.key} does not hold a JSON object.`);
  }
}
