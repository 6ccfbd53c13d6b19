import { randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { type PlainItem, toAttributes } from '@cumulus/dynamodb/items';
import { physicalTableName, type TableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedType, recount } from '@cumulus/models/counts';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll } from '@jest/globals';
import { createApp } from '../src/app.ts';
import type { HttpApi } from '../src/http/http-api.ts';
import type { RequestLine } from '../src/logging/request-log.ts';
import { createServices, type Services, type ServicesOptions } from '../src/services.ts';
import { type Settings, settingsWithoutLogin } from '../src/settings.ts';
import { createTables } from './create-tables.ts';

/** An answer of JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they expect it to be
  readonly body: any;
}

/** The API over tables of its own, without login, for the tests of one file. */
export class OwnApi {
  readonly client = createClient();
  readonly prefix = ownTables().prefix;
  readonly lines: RequestLine[] = [];
  #services: Services | undefined;
  #app: HttpApi | undefined;

  readonly #more: Partial<ServicesOptions>;

  /**
   * @param settings what is not as without any variable; a function where it is known only when the tests run
   * @param more what else the services are made of
   */
  constructor(settings: Partial<Settings> | (() => Partial<Settings>) = {}, more: Partial<ServicesOptions> = {}) {
    this.#more = more;
    beforeAll(async () => {
      process.env['CUMULUS_LOCAL_KEY'] ??= randomBytes(32).toString('base64');
      await createTables(this.prefix);
      this.#services = this.#create(typeof settings === 'function' ? settings() : settings);
      this.#app = createApp(this.#services);
    }, 60_000);
    afterAll(() => this.client.destroy());
  }

  /** Another API over the same tables. @param settings what is not as without any variable */
  another(settings: Partial<Settings>, more: Partial<ServicesOptions> = {}): Pick<OwnApi, 'ask' | 'services'> {
    const services = this.#create(settings, more);
    const app = createApp(services);
    return { services, ask: (request, body, headers) => this.ask(request, body, headers, app) };
  }

  #create(settings: Partial<Settings>, more: Partial<ServicesOptions> = {}): Services {
    return createServices({
      settings: { ...settingsWithoutLogin({}, this.prefix), isLocal: true, ...settings },
      client: this.client,
      tableName: (name) => physicalTableName(this.prefix, name),
      requestLog: {
        request: (line) => void this.lines.push(line),
        brokenOff: () => undefined,
        warning: () => undefined,
      },
      ...this.#more,
      ...more,
    });
  }

  get services(): Services {
    if (this.#services === undefined) throw new Error('The API is there only while tests run.');
    return this.#services;
  }

  get app(): HttpApi {
    if (this.#app === undefined) throw new Error('The API is there only while tests run.');
    return this.#app;
  }

  /** Sends a request, `'GET /granules'`, with a body that becomes JSON unless it is a text. */
  async ask(
    request: string,
    body?: unknown,
    headers: Record<string, string> = {},
    app: HttpApi = this.app,
  ): Promise<Answer> {
    const [method = '', ...path] = request.split(' ');
    const response = await app.request(path.join(' '), {
      method,
      headers,
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Writes an item as another release may have done. */
  async put(name: TableName, item: PlainItem): Promise<void> {
    const TableName = physicalTableName(this.prefix, name);
    await this.client.send(new PutItemCommand({ TableName, Item: toAttributes(item) }));
  }

  /** Counts what is there, as an operator does at first. */
  async recount(): Promise<void> {
    const streamsClient = createStreamsClient();
    const countsTable = physicalTableName(this.prefix, 'RecordCountsTable');
    for (const recordType of Object.keys(COUNTED_TYPES) as CountedType[]) {
      const table = physicalTableName(this.prefix, COUNTED_TYPES[recordType].table);
      const { client } = this;
      await recount({ client, streamsClient, countsTable, recordType, table, settleTime: 1, pollInterval: 20 });
    }
    streamsClient.destroy();
  }
}
