import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { askService } from './ask-service.ts';
import type { AwsClients } from './clients.ts';

/** What Step Functions tells of an execution; undefined where it knows none. @throws ServiceUnavailableError */
export async function describeExecution(
  executionArn: string,
  clients: Pick<AwsClients, 'stepFunctions'>,
): Promise<DescribeExecutionCommandOutput | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  const client = await clients.stepFunctions();
  return askService('Step Functions', async () => {
    try {
      return await client.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if (isUnknownExecution(error)) return undefined;
      throw error;
    }
  });
}

/** Step Functions knows no such execution, or takes what was asked for no ARN of one; one too long is not even valid. */
export function isUnknownExecution(error: unknown): boolean {
  return ['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException'].includes((error as Error).name);
}
