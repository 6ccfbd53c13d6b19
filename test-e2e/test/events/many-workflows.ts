import { sizeOf } from '@cumulus/test-kit';
import { numberBetween, type Random, withOneFault } from '../kit/faults/random.ts';
import { ExecutionHistory } from './execution-history.ts';
import type { KnownExecution } from './known-executions.ts';
import {
  cumulusMessage,
  type EventDetail,
  executionArnOf,
  executionEvent,
  withoutMessages,
} from './workflow-events.ts';

/** How many times more often what is rare happens among few workflows, so that they have some of everything too. */
const DENSITY = sizeOf({ usual: 4, whole: 1 });

/** Workflows of a group may work on the same granules and the same PDR; those of different groups do not. */
const GROUP = 4;
const GRANULES = 4;
const FILES = 3;
/**
 * Two of so many groups have a granule of more files than a transaction takes: between so many, which change from time to time. One
 * of the two has been archived before.
 */
const GROUPS_PER_LARGE = 50 / DENSITY;
export const MANY_FILES = 120;
const MAX_FILES = 180;

const START = Date.UTC(2030, 0, 1);
const STEPS = ['SyncGranule', 'MoveGranules', 'PostToCmr'] as const;

/** One of so many groups has granules that were archived before, and a workflow of another collection that reports one. */
const GROUPS_PER_ARCHIVED = sizeOf({ usual: 2, whole: 5 });
const ARCHIVED_AT = START - 3_600_000;
/** What else than the others' collection and provider a workflow has that finds its granules and its PDR to be theirs. */
const OTHERS = {
  collection: { name: 'MOD14A1', version: '006' },
  provider: { id: 'other', protocol: 's3', host: 'o' },
};

/** How an attempt ends: a step fails for good, is caught, or is retried without success; or all is well until a Fail state. */
export const FAILURES = ['uncaught', 'caught', 'retried', 'invalid', 'timed out', 'aborted'] as const;
type Failure = (typeof FAILURES)[number];

/** How a step puts its own error out that it caught: whether the error is large, and whether the message keeps it. */
const CAUGHT = [
  { isLarge: true, isKept: true },
  { isLarge: false, isKept: true },
  { isLarge: false, isKept: false },
  { isLarge: true, isKept: true },
  { isLarge: false, isKept: true },
  { isLarge: true, isKept: false },
] as const;

/** What is tried again with success. */
const BUSY = { error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' };

/** A large part of a message, which leaves an event or a record no room. */
const LARGE = 'x'.repeat(120_000);

/** Puts a part of a message into S3, and gives the pointer to it. */
export type Leave = (name: string, content: object) => Promise<object>;

/** An execution, and what has to be recorded of its end. */
export interface Workflow {
  readonly executionArn: string;
  /** Whether each of its events reports a granule that another collection has. */
  readonly isForeign: boolean;
  readonly known: KnownExecution;
  /** Undefined of one that succeeded. */
  readonly failure: { readonly kind: Failure; readonly step: string } | undefined;
  readonly events: readonly WorkflowEvent[];
}

/** What a workflow reports once. */
export interface WorkflowEvent {
  readonly time: number;
  readonly event: object;
  /** See {@link Workflow}. */
  readonly isForeign: boolean;
}

/** Workflows that work on the same things, and their messages in order. */
export interface Group {
  /** What archived the group's granules before; undefined if nothing did. */
  readonly archived: object | undefined;
  readonly workflows: readonly Workflow[];
  readonly events: readonly WorkflowEvent[];
}

/**
 * So many workflows and their messages, each event once: starts, ends of all kinds and none, redrives, granules that are archived and
 * published and then run again or fail, or are reported by another collection, files that go from one granule to another, granules of
 * many files, and what is too large for a record or an event.
 */
export async function manyWorkflows(count: number, random: Random, leave: Leave): Promise<readonly Group[]> {
  const groups: Group[] = [];
  const rare = { kinds: inTurn(FAILURES), caught: inTurn(CAUGHT), largeTasks: withOneFault(random) };
  for (let first = 0; first < count; first += GROUP) {
    const workflows: Workflow[] = [];
    for (let number = first; number < Math.min(first + GROUP, count); number += 1) {
      workflows.push(await new WorkflowRun({ number, random, leave, rare }).run());
    }
    const events = workflows.flatMap((workflow) => workflow.events).sort((a, b) => a.time - b.time);
    groups.push({ archived: archivedOf(first / GROUP, random), workflows, events });
  }
  return groups;
}

/** How a workflow ended that archived and published all granules of a group. */
function archivedOf(group: number, random: Random): object | undefined {
  if (!isArchived(group)) return undefined;
  const name = `archive-${group}`;
  const granules = Array.from({ length: GRANULES }, (_, number) => granuleOf(group, number, random, name));
  const output = cumulusMessage(name, { pdr: { name: `group-${group}.PDR`, PANSent: true }, granules });
  const times = { startDate: ARCHIVED_AT, stopDate: ARCHIVED_AT + 1_000 };
  return executionEvent(times.stopDate, { name, status: 'SUCCEEDED', ...times, input: {}, output });
}

function isArchived(group: number): boolean {
  return group % GROUPS_PER_ARCHIVED === 0;
}

interface WorkflowOptions {
  readonly number: number;
  readonly random: Random;
  readonly leave: Leave;
  readonly rare: Rare;
}

/** What few workflows would hardly have by chance, shared by all. */
interface Rare {
  /** How those end that fail. */
  readonly kinds: Iterator<Failure, never>;
  readonly caught: Iterator<(typeof CAUGHT)[number], never>;
  /** Decides which messages have a large task. */
  readonly largeTasks: Random;
}

/** So that there are some of each among few workflows too. */
function* inTurn<T>(list: readonly T[]): Generator<T, never> {
  for (;;) yield* list;
}

/** A workflow while it runs, with the clock at which it does. */
class WorkflowRun {
  readonly #name: string;
  readonly #group: number;
  readonly #random: Random;
  readonly #leave: Leave;
  readonly #rare: Rare;
  readonly #startDate: number;
  readonly #input: object;
  readonly #history: ExecutionHistory;
  readonly #events: WorkflowEvent[] = [];
  readonly #isForeign: boolean;
  #time: number;
  /** The step that it is in, by its place. */
  #step = 0;

  constructor({ number, random, leave, rare }: WorkflowOptions) {
    this.#name = `workflow-${number}`;
    this.#group = Math.floor(number / GROUP);
    this.#isForeign = isArchived(this.#group) && number % GROUP === 0;
    this.#random = random;
    this.#leave = leave;
    this.#rare = rare;
    this.#startDate = START + numberBetween(random, 0, 5) * 1_000;
    this.#time = this.#startDate + 1_000;
    this.#history = new ExecutionHistory(() => this.#time / 1_000);
    this.#input = this.#message({});
  }

  async run(): Promise<Workflow> {
    this.#history.begin(STEPS[0]);
    let redriveCount = 0;
    if (this.#happens(0.15)) {
      this.#report({ status: 'RUNNING', redriveCount });
      await this.#fail(this.#happens(0.5) ? 'uncaught' : 'retried', redriveCount);
      redriveCount += 1;
      this.#history.redrive(redriveCount);
      this.#history.run();
    }
    this.#report({ status: 'RUNNING', redriveCount });
    if (this.#happens(0.1)) return this.#reported('RUNNING');
    const kind = this.#happens(0.2 + 0.1 * DENSITY) ? this.#rare.kinds.next().value : undefined;
    const output = kind === undefined ? await this.#succeed(redriveCount) : undefined;
    const step = kind === undefined ? undefined : await this.#fail(kind, redriveCount);
    if (kind === undefined || step === undefined) return this.#reported('SUCCEEDED', output);
    return { ...this.#reported('FAILED'), failure: { kind, step } };
  }

  #reported(status: string, output?: object): Workflow {
    return {
      executionArn: executionArnOf(this.#name),
      isForeign: this.#isForeign,
      known: {
        status,
        input: JSON.stringify(this.#input),
        ...(output === undefined ? {} : { output: JSON.stringify(output) }),
        history: this.#history.events,
      },
      failure: undefined,
      events: this.#events,
    };
  }

  /** Goes on to one of the further steps. */
  #goOn(last: number): void {
    for (; this.#step < last; this.#step += 1) {
      this.#history.pass();
      this.#history.begin(STEPS[this.#step + 1] ?? '');
    }
    this.#wait();
  }

  async #succeed(redriveCount: number): Promise<object> {
    this.#goOn(STEPS.length - 1);
    this.#history.pass();
    this.#history.end('Succeeded', {});
    const output = await this.#output({});
    this.#report({ status: 'SUCCEEDED', redriveCount, output });
    return output;
  }

  /** @returns the step that has to be reported as failed */
  async #fail(kind: Failure, redriveCount: number): Promise<string> {
    this.#goOn(numberBetween(this.#random, this.#step, STEPS.length - 1));
    const step = STEPS[this.#step] ?? '';
    const broken = { error: 'TaskError', cause: `${this.#name} broke in ${step} of attempt ${redriveCount}` };
    const history = this.#history;
    switch (kind) {
      case 'timed out':
        history.end('TimedOut', {});
        this.#report({ status: 'TIMED_OUT', redriveCount });
        return step;
      case 'aborted':
        history.end('Aborted', {});
        this.#report({ status: 'ABORTED', redriveCount });
        return step;
      case 'uncaught':
        history.fail(broken);
        this.#endFailed(broken, redriveCount);
        return step;
      case 'retried':
        history.fail(BUSY);
        history.run();
        history.fail(broken);
        this.#endFailed(broken, redriveCount);
        return step;
      case 'caught':
        history.fail(broken);
        history.leave(await this.#caught(broken));
        history.enterFailState('WorkflowFailed');
        this.#endFailed({ cause: 'Workflow failed' }, redriveCount);
        return step;
      case 'invalid':
        history.fail(BUSY);
        history.run();
        history.pass();
        history.enterFailState('Invalid');
        this.#endFailed({ error: 'InvalidInput', cause: 'no granule is valid' }, redriveCount);
        return 'Invalid';
    }
  }

  #endFailed(reported: Pick<EventDetail, 'error' | 'cause'>, redriveCount: number): void {
    this.#history.end('Failed', reported);
    this.#report({ status: 'FAILED', redriveCount, ...reported });
  }

  /** The message as a step puts it out that caught its own error; some steps do not keep the error. */
  async #caught({ error, cause }: { readonly error: string; readonly cause: string }): Promise<object> {
    const { isLarge, isKept } = this.#rare.caught.next().value;
    const exception = isKept ? { exception: { Error: error, Cause: isLarge ? `${cause} ${LARGE}` : cause } } : {};
    return { ...(await this.#output({ isCaught: true })), ...exception };
  }

  /** A message at the end, which may lie in S3. */
  async #output(payload: object): Promise<object> {
    const message = this.#message(payload);
    return this.#happens(0.05 * DENSITY) ? this.#leave(`${this.#name}-${this.#time}`, message) : message;
  }

  #message(more: object): object {
    const report = this.#happens(0.03 * DENSITY) ? { report: LARGE } : {};
    const meta =
      this.#rare.largeTasks() < 0.015 * DENSITY ? { workflow_tasks: { SyncGranule: { version: LARGE } } } : {};
    const payload = payloadOf(this.#group, this.#random, this.#name, this.#isForeign);
    return cumulusMessage(
      this.#name,
      { ...payload, ...report, ...more },
      this.#isForeign ? { ...meta, ...OTHERS } : meta,
    );
  }

  #report(detail: Pick<EventDetail, 'status' | 'redriveCount' | 'output' | 'error' | 'cause'>): void {
    const event = executionEvent(this.#time, {
      name: this.#name,
      startDate: this.#startDate,
      input: this.#input,
      ...(detail.status === 'RUNNING' ? {} : { stopDate: this.#time }),
      ...detail,
    });
    const reported = this.#happens(0.05) ? withoutMessages(event) : event;
    this.#events.push({ time: this.#time, event: reported, isForeign: this.#isForeign });
    this.#wait();
  }

  #wait(): void {
    this.#time += numberBetween(this.#random, 1, 20) * 1_000;
  }

  #happens(share: number): boolean {
    return this.#random() < share;
  }
}

/** @param isForeign whether the first of the group's granules has to be among those of the payload */
function payloadOf(group: number, random: Random, name: string, isForeign: boolean): object {
  const isIn = (number: number): boolean => random() < (isLarge(group) && number === 0 ? 0.7 : 0.25);
  const granules = Array.from({ length: GRANULES }, (_, number) => number).filter(
    (number) => isIn(number) || (isForeign && number === 0),
  );
  const pdr = { name: `group-${group}.PDR`, ...(random() < 0.3 ? { PANSent: true, PANmessage: name } : {}) };
  return {
    ...(random() < 0.3 ? { pdr, running: ['a'], completed: [] } : {}),
    granules: granules.map((number) => granuleOf(group, number, random, random() < 0.3 ? name : undefined)),
  };
}

/** @param publishedBy the workflow that published it, if one did */
function granuleOf(group: number, number: number, random: Random, publishedBy: string | undefined): object {
  return {
    granuleId: `group-${group}-granule-${number}`,
    files: filesOf(group, random, isLarge(group) && number === 0),
    ...(publishedBy === undefined ? {} : { published: true, cmrLink: `https://cmr/${publishedBy}` }),
  };
}

function isLarge(group: number): boolean {
  return group % GROUPS_PER_LARGE < 2;
}

/** A file may be that of another granule of the group at another time. */
function filesOf(group: number, random: Random, areMany: boolean): object[] {
  return (areMany ? manyNumbers(random) : Array.from({ length: FILES }, () => numberBetween(random, 0, 9))).map(
    (number) => ({
      bucket: 'archive',
      key: `group-${group}/file-${number}`,
      size: numberBetween(random, 1, 1_000_000),
    }),
  );
}

/** Of another time some are the same, or many, or none. */
function manyNumbers(random: Random): readonly number[] {
  const others = random();
  const count = numberBetween(random, MANY_FILES, MAX_FILES);
  return Array.from({ length: count }, (_, number) => (random() < others ? MAX_FILES + number : number));
}
