import { answered, answeredAs } from './faults/answered.ts';
import type { Fault } from './faults/proxy.ts';
import { type RecordedRequest, recorded } from './faults/recorded.ts';

type Json = Readonly<Record<string, unknown>>;

/** The settings that tables are made or changed with, and that moto forgets. */
const FORGOTTEN = ['TableClass', 'OnDemandThroughput'] as const;

/**
 * What moto leaves out of a table's settings, in AWS's documented form: table class and on-demand limits, Kinesis
 * streaming and Contributor Insights; and settings that no release knows yet.
 */
export class SettingsAws {
  readonly requests: RecordedRequest[] = [];
  readonly #settings = new Map<string, Record<string, unknown>>();
  readonly #streaming = new Map<string, readonly Json[]>();
  readonly #insights = new Set<string>();
  readonly #future = new Map<string, Json>();

  /** Gives a table what AWS may report one day. */
  setFuture(table: string, fields: Json): void {
    this.#future.set(table, fields);
  }

  setStreaming(table: string, streamArn: string): void {
    this.#streaming.set(table, [{ StreamArn: streamArn, DestinationStatus: 'ACTIVE' }]);
  }

  setInsights(table: string): void {
    this.#insights.add(table);
  }

  /** The inputs of all requests of an action. */
  inputsOf(action: string): readonly Json[] {
    return this.requests.filter((request) => request.action === action).map(({ input }) => input);
  }

  get faults(): readonly Fault[] {
    return [
      recorded(this.requests),
      answered('CreateTable', (answer, input) => this.#note(answer, input)),
      answered('UpdateTable', (answer, input) => this.#note(answer, input)),
      answered('DescribeTable', (answer, input) => this.#withSettings(answer, String(input['TableName']))),
      answeredAs('DescribeKinesisStreamingDestination', ({ TableName }) => ({
        TableName,
        KinesisDataStreamDestinations: this.#streaming.get(String(TableName)) ?? [],
      })),
      answeredAs('DescribeContributorInsights', ({ TableName, IndexName }) => ({
        TableName,
        ...(IndexName === undefined ? {} : { IndexName }),
        ContributorInsightsStatus: this.#insights.has(String(TableName)) ? 'ENABLED' : 'DISABLED',
        LastUpdateDateTime: 1_700_000_000,
      })),
    ];
  }

  #note(answer: Json, input: Json): Json {
    const settings = this.#settings.get(String(input['TableName'])) ?? {};
    for (const name of FORGOTTEN) if (input[name] !== undefined) settings[name] = input[name];
    this.#settings.set(String(input['TableName']), settings);
    return answer;
  }

  #withSettings(answer: Json, table: string): Json {
    const { TableClass, OnDemandThroughput } = this.#settings.get(table) ?? {};
    return {
      Table: {
        ...(answer['Table'] as Json),
        ...(TableClass === undefined ? {} : { TableClassSummary: { TableClass, LastUpdateDateTime: 1_700_000_000 } }),
        ...(OnDemandThroughput === undefined ? {} : { OnDemandThroughput }),
        ...this.#future.get(table),
      },
    };
  }
}
