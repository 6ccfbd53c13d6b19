import { isObject, mapAtOnce, PageTrail } from '@cumulus/dynamodb/aws';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
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
  readonly #clients: Pick<AwsClients, 's3'>;
  readonly #bucket: string | undefined;
  readonly #stackName: string;

  constructor(clients: Pick<AwsClients, 's3'>, bucket: string | undefined, stackName: string) {
    this.#clients = clients;
    this.#bucket = bucket;
    this.#stackName = stackName;
  }

  /** The bucket. @throws NotConfiguredError */
  get bucket(): string {
    if (this.#bucket !== undefined) return this.#bucket;
    throw new NotConfiguredError(
      'This deployment has no bucket for its workflows: the setting system_bucket is missing.',
    );
  }

  /** All workflows, by name. @throws NotConfiguredError, ServiceUnavailableError */
  async list(): Promise<readonly WorkflowTemplate[]> {
    const prefix = `${this.#stackName}/workflows/`;
    const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
    const names: string[] = [];
    await this.#ask(async () => {
      const pages = paginateListObjectsV2(
        { client: await this.#clients.s3() },
        { Bucket: this.bucket, Prefix: prefix },
      );
      const trail = new PageTrail<string>(`The list of s3://${this.bucket}/${prefix}`);
      for await (const { Contents = [], NextContinuationToken } of pages) {
        trail.step(NextContinuationToken);
        for (const { Key = '' } of Contents) {
          const [, name] = /^([^/]+)\.json$/.exec(Key.slice(prefix.length)) ?? [];
          if (name !== undefined) names.push(name);
        }
      }
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
    return ((await this.#read(`${this.#stackName}/workflow_template.json`)) ?? {}) as MessageTemplate;
  }

  async #find(name: string): Promise<WorkflowTemplate | undefined> {
    const file = await this.#read(`${this.#stackName}/workflows/${name}.json`);
    if (file === undefined) return undefined;
    // In files of earlier releases it is in the message that they hold.
    const { arn = (file['cumulus_meta'] as { state_machine?: string } | undefined)?.state_machine } = file;
    return { ...file, name, arn: String(arn ?? '') };
  }

  async #read(key: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { GetObjectCommand, NoSuchKey } = await import('@aws-sdk/client-s3');
    const text = await this.#ask(async () => {
      const client = await this.#clients.s3();
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
        return (await Body?.transformToString()) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
    return text === undefined ? undefined : this.#objectIn(key, text);
  }

  #objectIn(key: string, text: string): Readonly<Record<string, unknown>> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (isObject(value)) return value;
    throw new NotConfiguredError(`s3://${this.bucket}/${key} does not hold a JSON object.`);
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await askService('S3', ask);
    } catch (error) {
      if ((error as Error).name !== 'NoSuchBucket') throw error;
      const problem = `The bucket ${this.bucket}, which the setting system_bucket names, does not exist.`;
      throw new NotConfiguredError(problem, [], error);
    }
  }
}
