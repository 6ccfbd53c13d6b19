import { type Execution, executionType, type NewExecution } from '../schemas/execution.ts';
import { type ListedContext, ListedModel } from './listed-model.ts';

/** Reads and writes executions of workflows. */
export class ExecutionModel extends ListedModel<Execution, NewExecution, 'arn'> {
  constructor(context: ListedContext) {
    super(executionType, { statuses: ['running', 'completed', 'failed', 'unknown'], hasProvider: false }, context);
  }
}
