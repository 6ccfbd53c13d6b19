import { type OwnMoto, putSampleRecords } from '@cumulus/test-kit';
import { cumulusApiResults } from '../kit/command.ts';

/** A deployment `prod` in moto, with a few sample records. */
export async function makeDeployment(moto: OwnMoto): Promise<void> {
  await cumulusApiResults(['tables', 'create', '--prefix', 'prod'], moto);
  await putSampleRecords(moto.client, 'prod', 5);
}
