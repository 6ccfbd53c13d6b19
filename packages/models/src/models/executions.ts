import { POINTER_FIELDS } from '../payloads/pointer.ts';
import { type Execution, executionType, type NewExecution } from '../schemas/execution.ts';
import { type PayloadContext, PayloadModel } from './payload-model.ts';

/** Reads and writes executions of workflows. A payload, an error or a list of tasks may be a pointer to S3. */
export class ExecutionModel extends PayloadModel<Execution, NewExecution, 'arn'> {
  constructor(context: PayloadContext) {
    const statuses = ['running', 'completed', 'failed', 'unknown'];
    super(executionType, { statuses, pointerFields: POINTER_FIELDS }, context);
  }
}
