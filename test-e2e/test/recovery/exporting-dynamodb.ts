import type { OwnMoto } from '@cumulus/test-kit';
import { itemsOf } from '@cumulus/test-kit/tables';
import type { Answer, Call, Fault } from '../kit/faults/proxy.ts';
import { putDocumentedExport } from './documented-export.ts';

type Json = Readonly<Record<string, unknown>>;

/** An export as DynamoDB keeps it. */
type Kept = Json & { readonly ExportArn: string; readonly TableArn: string };

const TYPE = 'application/x-amz-json-1.0';

/**
 * Answers what is about exports as AWS does by its documentation: moto ignores the time and the token, has ARNs of
 * another form and writes no manifests.
 */
export class ExportingDynamoDb {
  readonly #moto: OwnMoto;
  readonly #kept: Kept[] = [];
  /** How the exports that are under way will have ended at the next look. */
  outcome: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' = 'COMPLETED';
  /** What a failed one says. */
  failure = { FailureCode: 'S3AccessDenied', FailureMessage: 'Access denied when writing to S3.' };
  /** Requests that began an export, in their order. */
  readonly requests: Json[] = [];

  constructor(moto: OwnMoto) {
    this.#moto = moto;
  }

  readonly fault: Fault = async ({ action, body }: Call, pass) => {
    const answers: { readonly [action: string]: (input: Json) => Json | Promise<Json> } = {
      ExportTableToPointInTime: (input) => this.#start(input),
      DescribeExport: (input) => this.#describe(String(input['ExportArn'])),
      ListExports: (input) => this.#list(String(input['TableArn'])),
    };
    const answer = answers[action]?.(JSON.parse(body.toString('utf8')));
    return answer === undefined ? pass() : jsonAnswer(await answer);
  };

  #start(input: Json): Json {
    this.requests.push(input);
    const same = this.#kept.find(({ ClientToken }) => ClientToken === input['ClientToken']);
    if (same !== undefined) return { ExportDescription: same };
    const ExportArn = `${input['TableArn']}/export/0169368582746${this.#kept.length}-2d8752fd`;
    const started = { ...input, ExportArn, TableArn: String(input['TableArn']), ExportStatus: 'IN_PROGRESS' };
    this.#kept.push(started);
    return { ExportDescription: started };
  }

  async #describe(arn: string): Promise<Json> {
    const index = this.#kept.findIndex(({ ExportArn }) => ExportArn === arn);
    const known = this.#kept[index];
    if (known === undefined) return { ExportDescription: {} };
    if (known['ExportStatus'] !== 'IN_PROGRESS' || this.outcome === 'IN_PROGRESS') return { ExportDescription: known };
    const ended =
      this.outcome === 'FAILED'
        ? { ...known, ExportStatus: 'FAILED', ...this.failure }
        : { ...known, ExportStatus: 'COMPLETED', ...(await this.#write(known)) };
    this.#kept[index] = ended;
    return { ExportDescription: ended };
  }

  async #write(known: Kept): Promise<Json> {
    const items = await itemsOf(known.TableArn.replace(/^.*\//, ''), this.#moto.client);
    const id = known.ExportArn.replace(/^.*\//, '');
    const prefix = String(known['S3Prefix']);
    await putDocumentedExport(this.#moto, {
      bucket: String(known['S3Bucket']),
      prefix,
      id,
      exportArn: known.ExportArn,
      tableArn: known.TableArn,
      time: new Date(Number(known['ExportTime']) * 1000),
      items,
    });
    return {
      ItemCount: items.length,
      BilledSizeBytes: 1234,
      ExportManifest: `${prefix}/AWSDynamoDB/${id}/manifest-summary.json`,
    };
  }

  #list(tableArn: string): Json {
    const ofTable = this.#kept.filter(({ TableArn }) => TableArn === tableArn);
    return {
      ExportSummaries: ofTable.map(({ ExportArn, ExportStatus }) => ({
        ExportArn,
        ExportStatus,
        ExportType: 'FULL_EXPORT',
      })),
    };
  }
}

/** An answer of DynamoDB that it did not give itself. */
export function jsonAnswer(content: Json): Answer {
  return { status: 200, type: TYPE, body: Buffer.from(JSON.stringify(content)), fault: true };
}
