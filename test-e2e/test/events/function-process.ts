import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The functions' files, as they are deployed. */
const BUNDLES = fileURLToPath(new URL('../../../packages/api/dist/lambda/bundle/', import.meta.url));

/** Stands in for Lambda: loads the bundle that is its first argument, and invokes the handler that is its second with what its parent sends. */
const HOST = `
  const { [process.argv[2]]: handler } = await import(process.argv[1]);
  process.on('message', async ({ id, event }) => {
    try {
      const context = { awsRequestId: 'invocation-' + id, getRemainingTimeInMillis: () => 300_000 };
      process.send({ id, result: await handler(event, context) });
    } catch (error) {
      process.send({ id, error: { name: error.name, message: error.message } });
    }
  });
  process.send({ id: 0 });
`;

/** What Lambda would give back. */
export type Invoked = { readonly result: BatchResult | undefined } | { readonly error: Error };

interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Message {
  readonly id: number;
  readonly result?: BatchResult;
  readonly error?: { readonly name: string; readonly message: string };
}

/** A function's bundle in a process of its own, as Lambda runs it. */
export class FunctionProcess {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: Message | undefined) => void>();
  #invocations = 0;
  #output = '';

  private constructor(name: string, environment: NodeJS.ProcessEnv, handler: string) {
    this.#process = spawn(process.execPath, ['--input-type=module', '--eval', HOST, `${BUNDLES}${name}.mjs`, handler], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: undefined, ...environment },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk) => {
        this.#output += chunk;
      });
    this.#process.on('message', (message) => this.#settle(message as Message));
    this.#process.once('exit', () => {
      for (const settle of this.#waiting.values()) settle(undefined);
      this.#waiting.clear();
    });
  }

  /** @param handler the name of the handler that the bundle exports */
  static async start(name: string, environment: NodeJS.ProcessEnv, handler = 'handler'): Promise<FunctionProcess> {
    const started = new FunctionProcess(name, environment, handler);
    if ((await started.#answer(0)) === undefined) throw new Error(`${name} did not start:\n${started.#output}`);
    return started;
  }

  /** The id of its process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What it has logged so far, a line of JSON each; what is none is left out. */
  get lines(): readonly Record<string, unknown>[] {
    return this.#output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  }

  /** All that it has written so far. */
  get output(): string {
    return this.#output;
  }

  /** @returns undefined if the process ended before its answer */
  async invoke(event: unknown): Promise<Invoked | undefined> {
    this.#invocations += 1;
    const id = this.#invocations;
    if (!this.#process.connected) return undefined;
    const answer = this.#answer(id);
    this.#process.send({ id, event }, () => undefined);
    const message = await answer;
    if (message === undefined) return undefined;
    const { result, error } = message;
    return error === undefined ? { result } : { error: Object.assign(new Error(error.message), { name: error.name }) };
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }

  #answer(id: number): Promise<Message | undefined> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #settle(message: Message): void {
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}

/** An invocation with some messages of a queue. */
export function sqsBatch(messages: readonly { readonly id: string; readonly event: unknown }[]): object {
  return {
    Records: messages.map(({ id, event }) => ({
      messageId: id,
      receiptHandle: `receipt-${id}`,
      body: JSON.stringify(event),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:execution-events',
      awsRegion: 'us-east-1',
    })),
  };
}
