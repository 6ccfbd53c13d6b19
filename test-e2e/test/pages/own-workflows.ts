import type { OwnMoto } from '@cumulus/test-kit';
import { beforeAll } from '@jest/globals';
import { startIngest } from '../api/ingest.ts';

/** Where the pages' deployment keeps its workflows. */
export const SYSTEM_BUCKET = 'prod-internal';

/** The workflows of a deployment in moto, one of whose executions runs. */
export interface OwnWorkflows {
  readonly executionArn: string;
}

/** @param names of further workflows than Ingest */
export function ownWorkflows(moto: OwnMoto, stackName: string, names: readonly string[]): OwnWorkflows {
  let executionArn = '';
  beforeAll(async () => {
    const input = { meta: { workflow_name: 'Ingest' }, payload: {} };
    executionArn = await startIngest({ moto, bucket: SYSTEM_BUCKET, stackName, input });
    const arn = executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, '');
    const put = (key: string, content: object) =>
      moto.s3.putObject({ Bucket: SYSTEM_BUCKET, Key: `${stackName}/${key}`, Body: JSON.stringify(content) });
    await put('workflow_template.json', { cumulus_meta: {}, meta: {} });
    for (const name of names) await put(`workflows/${name}.json`, { name, arn });
  });
  return {
    get executionArn() {
      return executionArn;
    },
  };
}
