import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { askService } from './ask-service.ts';
import type { AwsClients } from './clients.ts';

/** Describes an execution; undefined if Step Functions does not have it. @throws ServiceUnavailableError */
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

/** Whether Step Functions does not have the execution, or does not accept its ARN, which may be too long. */
export function isUnknownExecution(error: unknown): boolean {
  return ['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException'].includes((error as Error).name);
}
