import type { CumulusMessage } from './cumulus-message.ts';

/** The console's address in each partition of AWS that is not the first. */
const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The ARN of the execution that a message names as its own. */
export function executionArnOf({ cumulus_meta }: CumulusMessage): string {
  return `${cumulus_meta.state_machine.replace(':stateMachine:', ':execution:')}:${cumulus_meta.execution_name}`;
}

/** An execution's name: what follows its state machine's in the ARN. */
export function executionNameOf(arn: string): string {
  return arn.split(':')[7] ?? '';
}

/**
 * The address of an execution's page in the AWS console, by which granules and PDRs name their execution.
 *
 * @example
 * ```ts
 * import { executionUrlOf } from '@cumulus/models/messages';
 *
 * executionUrlOf('arn:aws:states:us-east-1:123456789012:execution:Ingest:e1'); // https://console.aws.amazon.com/states/…
 * ```
 */
export function executionUrlOf(arn: string): string {
  const [, partition = 'aws', , region = ''] = arn.split(':');
  const console = CONSOLES[partition] ?? 'console.aws.amazon.com';
  return `https://${console}/states/home?region=${region}#/executions/details/${arn}`;
}
