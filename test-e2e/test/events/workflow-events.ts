import { numberBetween, type Random } from '../faults/random.ts';

export const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface EventDetail {
  readonly name: string;
  readonly status: Status;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  readonly stopDate?: number;
  /** As an object, which becomes the text that an event has. */
  readonly input?: object;
  readonly output?: object;
  readonly redriveCount?: number;
  readonly error?: string;
  readonly cause?: string;
  /** The execution's, unless it is one of {@link MACHINE}. */
  readonly executionArn?: string;
}

/** A status change as EventBridge delivers it. @param time when it happened, in milliseconds since 1970 */
export function executionEvent(time: number, detail: EventDetail): object {
  const { input, output, redriveCount = 0, executionArn = executionArnOf(detail.name), ...others } = detail;
  const [, , , region, account] = executionArn.split(':');
  return {
    version: '0',
    id: `${detail.name}-${detail.status}-${redriveCount}`,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: MACHINE,
      stopDate: null,
      error: null,
      cause: null,
      ...others,
      redriveCount,
      input: textOrNull(input),
      inputDetails: input === undefined ? null : { included: true },
      output: textOrNull(output),
      outputDetails: output === undefined ? null : { included: true },
    },
  };
}

function textOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

export function executionArnOf(name: string): string {
  return `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** A Cumulus message as it goes through a workflow. */
export function cumulusMessage(name: string, payload: object, meta: object = {}): object {
  return {
    cumulus_meta: {
      execution_name: name,
      state_machine: MACHINE,
      system_bucket: 'system-bucket',
      message_source: 'sfn',
      workflow_start_time: 1,
    },
    meta: {
      workflow_name: 'Ingest',
      collection: { name: 'MOD09GQ', version: '006' },
      provider: { id: 'podaac', protocol: 's3', host: 'provider-bucket' },
      ...meta,
    },
    payload,
    exception: 'None',
  };
}

/** Workflows of a group may work on the same granules and the same PDR; those of different groups do not. */
const GROUP = 4;
const GRANULES = 5;
const START = Date.UTC(2030, 0, 1);
const FAILURES: readonly Status[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** A large part of a message, which leaves an event or a record no room. */
const LARGE = 'x'.repeat(120_000);

/**
 * What so many workflows tell, each event once and in the order of each group: starts, ends of all kinds, redrives, granules and
 * files that go from one granule to another, and what is too large for a record or an event.
 * @param leave puts a part of a message into S3, and gives the pointer to it
 */
export async function workflowEvents(
  workflows: number,
  random: Random,
  leave: (name: string, content: object) => Promise<object>,
): Promise<readonly (readonly object[])[]> {
  const groups: object[][] = [];
  for (let first = 0; first < workflows; first += GROUP) {
    const events: { readonly time: number; readonly event: object }[] = [];
    for (let number = first; number < Math.min(first + GROUP, workflows); number += 1) {
      events.push(...(await eventsOf(number, random, leave)));
    }
    groups.push(events.sort((a, b) => a.time - b.time).map(({ event }) => event));
  }
  return groups;
}

async function eventsOf(
  number: number,
  random: Random,
  leave: (name: string, content: object) => Promise<object>,
): Promise<{ readonly time: number; readonly event: object }[]> {
  const name = `workflow-${number}`;
  const group = Math.floor(number / GROUP);
  const startDate = START + numberBetween(random, 0, 5) * 1_000;
  const events: { time: number; event: object }[] = [];
  const add = (time: number, detail: Omit<EventDetail, 'name' | 'startDate'>): void => {
    events.push({ time, event: executionEvent(time, { name, startDate, ...detail }) });
  };
  const input = cumulusMessage(name, payloadOf(group, random));
  let time = startDate + 1_000;
  const attempts = random() < 0.15 ? 2 : 1;
  for (let redriveCount = 0; redriveCount < attempts; redriveCount += 1) {
    add(time, { status: 'RUNNING', input, redriveCount });
    time += numberBetween(random, 1, 20) * 1_000;
    const isLast = redriveCount === attempts - 1;
    const status = isLast ? endOf(random) : 'FAILED';
    const end = { status, stopDate: time, input, redriveCount };
    if (status !== 'SUCCEEDED') {
      add(time, { ...end, ...(status === 'ABORTED' ? {} : { error: 'States.TaskFailed', cause: `${name} broke` }) });
    } else if (random() < 0.05) {
      add(time, { ...end, output: await leave(name, cumulusMessage(name, payloadOf(group, random))) });
    } else {
      const large = random() < 0.03 ? { report: LARGE } : {};
      add(time, { ...end, output: cumulusMessage(name, { ...payloadOf(group, random), ...large }) });
    }
    time += numberBetween(random, 1, 20) * 1_000;
  }
  return events;
}

function endOf(random: Random): Status {
  return random() < 0.7 ? 'SUCCEEDED' : (FAILURES[numberBetween(random, 0, 2)] ?? 'FAILED');
}

function payloadOf(group: number, random: Random): object {
  const granules = Array.from({ length: GRANULES }, (_, number) => number).filter(() => random() < 0.25);
  return {
    ...(random() < 0.3 ? { pdr: { name: `group-${group}.PDR` }, running: ['a'], completed: [] } : {}),
    granules: granules.map((number) => ({
      granuleId: `group-${group}-granule-${number}`,
      // A file may be that of another granule of the group at another time.
      files: Array.from({ length: 3 }, () => ({
        bucket: 'archive',
        key: `group-${group}/file-${numberBetween(random, 0, 9)}`,
        size: numberBetween(random, 1, 1_000_000),
      })),
    })),
  };
}
