import type { Fault } from '../kit/faults/proxy.ts';
import { numberBetween, type Random } from '../kit/faults/random.ts';
import type { HistoryEvent } from './execution-history.ts';

/** What Step Functions knows of an execution in the end. */
export interface KnownExecution {
  readonly status: string;
  /** JSON. */
  readonly input: string;
  readonly output?: string;
  readonly history: readonly HistoryEvent[];
}

export type KnownExecutions = ReadonlyMap<string, KnownExecution>;

/** Few, so that a history comes in several pages. */
const EVENTS_A_PAGE = 10;

const TYPE = 'application/x-amz-json-1.0';

/** Answers for Step Functions what it knows of executions, all of it. */
export function knownExecutions(executions: KnownExecutions): Fault {
  return async (call) => {
    const request = requestOf(call.body);
    const known = executions.get(request.executionArn);
    return known === undefined ? unknown(request) : answerOf(call.action, request, known, known.history.length);
  };
}

/** More often than a function asks before it gives up; for which share of the executions that is too early. */
const TOO_LATE = 5;
const VERY_LATE = 0.02;
/** Share of the executions of which something becomes known late. */
const LATE = 0.4;

/**
 * The same, but what an execution has done may become known late: of some the first requests, mostly one or two, come too
 * early for a part of it, or for all.
 */
export function lateExecutions(executions: KnownExecutions, random: Random): Fault {
  const early = new Map<string, number>();
  const tellAll = knownExecutions(executions);
  return async (call, pass) => {
    const request = requestOf(call.body);
    const known = executions.get(request.executionArn);
    // What has begun to be reported is reported to its end.
    if (known === undefined || request.nextToken !== undefined) return tellAll(call, pass);
    const left = early.get(request.executionArn) ?? latenessOf(random);
    early.set(request.executionArn, left - 1);
    if (left <= 0) return tellAll(call, pass);
    if (random() < 0.3) return { ...unknown(request), fault: true };
    const length = numberBetween(random, 1, known.history.length - 1);
    const untold = { ...known, status: 'RUNNING', output: undefined };
    return { ...answerOf(call.action, request, untold, length), fault: true };
  };
}

/** @returns how many requests come too early */
function latenessOf(random: Random): number {
  const dice = random();
  if (dice < VERY_LATE) return TOO_LATE;
  return dice < LATE ? numberBetween(random, 1, 2) : 0;
}

interface Request {
  readonly executionArn: string;
  readonly reverseOrder?: boolean;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

function requestOf(body: Buffer): Request {
  return JSON.parse(body.toString('utf8'));
}

function unknown({ executionArn }: Request) {
  const message = `Execution Does Not Exist: '${executionArn}'`;
  return json(400, { __type: 'com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist', message });
}

type Reported = Pick<KnownExecution, 'status' | 'input' | 'history'> & { readonly output?: string | undefined };

/** @param length how many events of its history are known */
function answerOf(action: string, request: Request, known: Reported, length: number) {
  const { executionArn } = request;
  const { status, input, output, history } = known;
  if (action === 'DescribeExecution') return json(200, { executionArn, status, input, output });
  if (action === 'GetExecutionHistory') return json(200, pageOf(history, length, request));
  throw new Error(`${action} is no action that recording events needs`);
}

/** A part of a history's first events, whose number is in the token. */
function pageOf(
  history: readonly HistoryEvent[],
  length: number,
  { reverseOrder, maxResults = 100, nextToken }: Request,
) {
  const [known = length, start = 0] = nextToken?.split('-').map(Number) ?? [];
  const first = history.slice(0, known);
  const end = start + Math.min(maxResults, EVENTS_A_PAGE);
  const events = (reverseOrder === true ? first.toReversed() : first).slice(start, end);
  return { events, ...(end < known ? { nextToken: `${known}-${end}` } : {}) };
}

function json(status: number, body: object) {
  return { status, type: TYPE, body: Buffer.from(JSON.stringify(body)) };
}
