import * as z from 'zod';
import { InvalidEventError } from './errors.ts';

/**
 * A status change of an execution. Times are in milliseconds since 1970.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export interface ExecutionEvent {
  readonly time: number;
  readonly executionArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly startTime: number;
  readonly stopTime: number | undefined;
  /** The message as JSON text; undefined where it was too large for the event, or there is none (yet). */
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** How often the execution had been redriven by then. */
  readonly redriveCount: number;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** Within what a `Date` holds. */
const time = z.number().int().min(0).max(8_640_000_000_000_000);

const text = z.string().nullish();

const schema = z.looseObject({
  source: z.literal('aws.states'),
  'detail-type': z.literal('Step Functions Execution Status Change'),
  time: z.iso.datetime({ offset: true }),
  detail: z.looseObject({
    executionArn: z
      .string()
      // Step Functions' own limit, which keeps it within that of a key.
      .max(256)
      .regex(
        /^arn:[^:]+:states:[^:]+:[^:]*:(?:execution:[^:]+:[^:]+|express:[^:]+:[^:]+:[^:]+)$/,
        'is no ARN of an execution',
      ),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    startDate: time,
    stopDate: time.nullish(),
    input: text,
    output: text,
    redriveCount: z.number().int().min(0).nullish(),
    error: text,
    cause: text,
  }),
});

/** @throws InvalidEventError that names all that is wrong */
export function parseExecutionEvent(value: unknown): ExecutionEvent {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new InvalidEventError(
      parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
    );
  }
  const { time: at, detail } = parsed.data;
  return {
    time: Date.parse(at),
    executionArn: detail.executionArn,
    status: detail.status,
    startTime: detail.startDate,
    stopTime: detail.stopDate ?? undefined,
    input: detail.input ?? undefined,
    output: detail.output ?? undefined,
    redriveCount: detail.redriveCount ?? 0,
    error: detail.error ?? undefined,
    cause: detail.cause ?? undefined,
  };
}
