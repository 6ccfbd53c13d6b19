import { type Context, count, type Outcome, type Task, tableNames } from '@cumulus/cli';
import {
  formatS3Url,
  parseS3Url,
  type S3Location,
  type S3Objects,
  StorageError,
  s3Objects,
} from '@cumulus/dynamodb/storage';
import { describeTable } from '@cumulus/dynamodb/tables';
import { payloadPlace } from '@cumulus/models/payloads';
import { PartlyRecordedError } from '../../../events/errors.ts';
import { messageSources } from '../../../events/event-message.ts';
import { RECORDED_TABLES } from '../../../events/event-settings.ts';
import { eventOfText } from '../../../events/event-text.ts';
import { eventIn } from '../../../events/kept-event.ts';
import {
  type EventRecording,
  lostOf,
  recordExecutionEvent,
  recordsOfEvent,
} from '../../../events/record-execution-event.ts';
import type { Log } from '../../../logging/log.ts';
import type { ReplayOptions } from './options.ts';

/** Events that are recorded at once. */
const CONCURRENCY = 8;

/** @throws TableNotFoundError; StorageError if there is nothing */
export async function runReplay(options: ReplayOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const tableName = await tableNames(options, RECORDED_TABLES);
  for (const name of RECORDED_TABLES) await describeTable(client, tableName(name), abortSignal);
  const place = parseS3Url(options.place);
  const objects = await s3Objects(await context.s3(), abortSignal);
  const found = await objects.list(place, { nested: true });
  if (found.length === 0) throw new StorageError(`There is no event at ${options.place}.`, ['Nothing was recorded.']);
  if (options.remove)
    await context.confirm(
      () => `Remove ${count(found.length, 'event')} from S3 once they are recorded?`,
      'Nothing was recorded.',
    );
  const recording: EventRecording = {
    target: { client, tableName },
    sources: { ...messageSources(client), s3: context.s3 },
    payloadPlace: payloadPlace(options['system-bucket'] ?? place.bucket, options.prefix),
    log: warningsTo(context.onWarning),
  };
  const replay = new Replay(options, objects, recording);
  const tasks: Task[] = [];
  for (let start = 0; start < found.length; start += CONCURRENCY) {
    const some = found.slice(start, start + CONCURRENCY);
    tasks.push({
      table: null,
      run: () => {
        abortSignal.throwIfAborted();
        return Promise.all(some.map((event) => replay.one(event)));
      },
    });
  }
  return [...tasks, { table: null, run: async () => [replay.summary] }];
}

/** A log whose warnings go to the person who runs the command. */
function warningsTo(warn: (warning: string) => void): Log {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: (message, { executions } = {}) => warn(`${executions}: ${message}`),
    // Reported as a failure, too.
    error: ignore,
  };
}

type State = 'recorded' | 'superseded' | 'would be recorded' | 'failed';

/** Records events, and counts the outcomes. */
class Replay {
  readonly #options: ReplayOptions;
  readonly #objects: S3Objects;
  readonly #recording: EventRecording;
  readonly #counts = new Map<State, number>();

  constructor(options: ReplayOptions, objects: S3Objects, recording: EventRecording) {
    this.#options = options;
    this.#objects = objects;
    this.#recording = recording;
  }

  async one(location: S3Location): Promise<Outcome> {
    const event = formatS3Url(location);
    try {
      const state = await this.#record(location);
      this.#count(state);
      const isRemoved = state !== 'would be recorded' && this.#options.remove;
      if (isRemoved) await this.#objects.remove(location);
      return { result: { table: null, event, state, removed: isRemoved }, lines: [`${event}: ${state}`] };
    } catch (error) {
      this.#count('failed');
      return {
        result: { table: null, event, state: 'failed', removed: false },
        lines: [`${event}: failed`],
        failure: `${event}: ${(error as Error).message}`,
        error,
      };
    }
  }

  async #record(location: S3Location): Promise<State> {
    const object = await this.#objects.read(location);
    if (object === undefined) throw new StorageError('The event is gone from S3.', ['Nothing was recorded.']);
    const event = eventIn(eventOfText(object.content.toString('utf8')));
    if (this.#options['dry-run']) {
      const { executionArn, records } = await recordsOfEvent(event, this.#recording);
      const lost = lostOf(records);
      if (lost.length > 0) throw new PartlyRecordedError(executionArn, lost);
      return 'would be recorded';
    }
    const { execution, granules, pdr } = await recordExecutionEvent(event, this.#recording);
    const isNew = execution === 'written' || granules.written.length > 0 || pdr === 'written';
    return isNew ? 'recorded' : 'superseded';
  }

  #count(state: State): void {
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
  }

  get summary(): Outcome {
    const of = (state: State): number => this.#counts.get(state) ?? 0;
    const [recorded, superseded] = [of('recorded'), of('superseded')];
    const [planned, failed] = [of('would be recorded'), of('failed')];
    const counted = this.#options['dry-run']
      ? `${planned} could be recorded`
      : `${recorded} recorded, ${superseded} known already`;
    return {
      result: { state: 'ended', recorded, superseded, planned, failed },
      isSummary: true,
      lines: [`${counted}, ${failed} failed`],
    };
  }
}
