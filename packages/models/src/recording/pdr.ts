import { getItems, writeIf } from '@cumulus/dynamodb';
import type { Pdr } from '../schemas/pdr.ts';
import { PRECEDENCE_FIELDS, precedence } from './precedence.ts';
import { type Recorded, type RecordingTarget, unchanged } from './target.ts';

/** The fields that an event says all about: what it does not have is removed. */
const TOLD = [
  'provider',
  'collectionId',
  'status',
  'progress',
  'execution',
  'PANSent',
  'PANmessage',
  'stats',
  'redriveCount',
  'timestamp',
  'duration',
  'createdAt',
  'updatedAt',
] as const;

/** Records a PDR, unless an event that counts more was recorded already. */
export async function recordPdr(target: RecordingTarget, pdr: Pdr): Promise<Recorded> {
  const { client } = target;
  const table = target.tableName('PdrsTable');
  const { pdrName, ...set } = pdr;
  for (;;) {
    const [current] = await getItems({ client, table, consistent: true }, [{ pdrName }]);
    if (current !== undefined && precedence(pdr, current) <= 0) return 'superseded';
    const remove = current === undefined ? [] : TOLD.filter((field) => set[field] === undefined);
    const seen = unchanged('pdrName', [...PRECEDENCE_FIELDS, 'updatedAt'], current);
    const update = { kind: 'update', table, key: { pdrName }, changes: { set, remove }, conditions: seen } as const;
    if ((await writeIf(client, update)).done) return 'written';
  }
}
