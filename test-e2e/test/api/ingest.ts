import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** A collection that the API takes. */
export const NEW_COLLECTION = {
  name: 'NEW',
  version: '1',
  granuleId: '^N\\d+$',
  granuleIdExtraction: '(N\\d+)\\.hdf',
  sampleFileName: 'N1.hdf',
  files: [],
};

const DEFINITION = '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}}';
const ROLE = 'arn:aws:iam::123456789012:role/workflows';

export interface IngestOptions {
  readonly moto: { readonly endpoint: string; readonly s3: S3Client };
  /** The bucket of the deployment's workflows; it is made. */
  readonly bucket: string;
  readonly stackName: string;
  /** What the one execution is started with. */
  readonly input: object;
}

/** Makes the workflow Ingest, which waits, puts its template into the bucket, and starts it once. @returns the execution's ARN */
export async function startIngest({ moto, bucket, stackName, input }: IngestOptions): Promise<string> {
  const stepFunctions = new SFNClient({ endpoint: moto.endpoint });
  const machine = new CreateStateMachineCommand({ name: 'Ingest', definition: DEFINITION, roleArn: ROLE });
  const { stateMachineArn } = await stepFunctions.send(machine);
  const execution = new StartExecutionCommand({ stateMachineArn, name: 'run', input: JSON.stringify(input) });
  const { executionArn } = await stepFunctions.send(execution);
  stepFunctions.destroy();
  await moto.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const Body = JSON.stringify({ name: 'Ingest', arn: stateMachineArn });
  await moto.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${stackName}/workflows/Ingest.json`, Body }));
  return String(executionArn);
}
