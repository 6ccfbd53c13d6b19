import { PageTrail } from '@cumulus/dynamodb/aws';
import type { FetchText } from '@cumulus/models/payloads';
import { RemoteMessageMissingError } from '@cumulus/models/payloads';
import { askService } from '../aws/ask-service.ts';
import type { AwsClients } from '../aws/clients.ts';
import { fetchText } from '../aws/fetch-text.ts';
import { NotConfiguredError } from '../errors.ts';

/** What is known of a reconciliation report without reading it. */
export interface ReconciliationReport {
  /** Its file's name, as release 1.18 had it. */
  readonly reconciliationReportName: string;
  /** The same without `.json`, as later releases have it. */
  readonly name: string;
  readonly type: string;
  /** Of what lies in S3 it is always this. */
  readonly status: 'Generated';
  /** `s3://bucket/key` */
  readonly location: string;
  /** When the file was written, in milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly timestamp: number;
}

const ENDING = '.json';

/** Types by the beginning of a report's name, as later releases write it; earlier ones had but one type. */
const TYPES: { readonly [beginning: string]: string } = {
  granuleNotFoundReport: 'Granule Not Found',
  internalReport: 'Internal',
};

/** The reconciliation reports of a deployment, which lie in `s3://<system bucket>/<stack>/reconciliation-reports/`. */
export class ReconciliationReports {
  readonly #clients: Pick<AwsClients, 's3'>;
  readonly #bucket: string | undefined;
  readonly #folder: string;
  readonly #fetch: FetchText;

  constructor(clients: Pick<AwsClients, 's3'>, bucket: string | undefined, stackName: string) {
    this.#clients = clients;
    this.#bucket = bucket;
    this.#folder = `${stackName}/reconciliation-reports/`;
    this.#fetch = fetchText(clients);
  }

  /** All reports, by name. @throws NotConfiguredError, ServiceUnavailableError */
  async list(): Promise<readonly ReconciliationReport[]> {
    const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
    const Bucket = this.#bucketName();
    return this.#ask(async () => {
      const reports: ReconciliationReport[] = [];
      const trail = new PageTrail<string>(`The list of s3://${Bucket}/${this.#folder}`);
      const pages = paginateListObjectsV2({ client: await this.#clients.s3() }, { Bucket, Prefix: this.#folder });
      for await (const { Contents = [], NextContinuationToken } of pages) {
        trail.step(NextContinuationToken);
        for (const { Key = '', LastModified } of Contents) {
          const file = Key.slice(this.#folder.length);
          if (file.endsWith(ENDING) && !file.includes('/')) reports.push(this.#reportOf(file, LastModified));
        }
      }
      return reports;
    });
  }

  /**
   * A report as it was written: JSON.
   * @param name with or without `.json`
   * @returns undefined where there is none
   * @throws NotConfiguredError, ServiceUnavailableError
   */
  async find(name: string): Promise<string | undefined> {
    const key = this.#keyOf(name);
    if (key === undefined) return undefined;
    return this.#ask(async () => {
      try {
        return await this.#fetch(this.#bucketName(), key);
      } catch (error) {
        if (error instanceof RemoteMessageMissingError && !isBucketMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Deletes a report; one that is not there is no error. @throws NotConfiguredError, ServiceUnavailableError */
  async delete(name: string): Promise<void> {
    const Bucket = this.#bucketName();
    const Key = this.#keyOf(name);
    if (Key === undefined) return;
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await this.#ask(async () => (await this.#clients.s3()).send(new DeleteObjectCommand({ Bucket, Key })));
  }

  #reportOf(file: string, written: Date | undefined): ReconciliationReport {
    const time = written?.getTime() ?? 0;
    const name = file.slice(0, -ENDING.length);
    const [beginning = ''] = name.split('-');
    return {
      reconciliationReportName: file,
      name,
      type: Object.hasOwn(TYPES, beginning) ? (TYPES[beginning] ?? '') : 'Inventory',
      status: 'Generated',
      location: `s3://${this.#bucketName()}/${this.#folder}${file}`,
      ...{ createdAt: time, updatedAt: time, timestamp: time },
    };
  }

  /** Undefined for what cannot be the name of a report. */
  #keyOf(name: string): string | undefined {
    const file = name.endsWith(ENDING) ? name : `${name}${ENDING}`;
    return file === ENDING || file.includes('/') || file.length > 200 ? undefined : `${this.#folder}${file}`;
  }

  /** @throws NotConfiguredError */
  #bucketName(): string {
    if (this.#bucket !== undefined) return this.#bucket;
    throw new NotConfiguredError('This deployment has no bucket for reports: the setting system_bucket is missing.');
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await askService('S3', ask);
    } catch (error) {
      if (!isBucketMissing(error)) throw error;
      const problem = `The bucket ${this.#bucket}, which the setting system_bucket names, does not exist.`;
      throw new NotConfiguredError(problem, [], error);
    }
  }
}

function isBucketMissing(error: unknown): boolean {
  const { name, cause } = error as Error;
  return name === 'NoSuchBucket' || (cause !== undefined && isBucketMissing(cause));
}
