const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest';

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

/** The same of an execution whose messages are too large for an event. */
export function withoutMessages(event: object): object {
  const { detail, ...others } = event as { readonly detail: object };
  const left = { input: null, inputDetails: { included: false }, output: null, outputDetails: { included: false } };
  return { ...others, detail: { ...detail, ...left } };
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
