import { getItemsCoalesced, writeIf } from '@cumulus/dynamodb/items';
import { pdrOfAnother } from '../errors.ts';
import { LASTING_RUN } from '../models/lasting-run.ts';
import type { Pdr } from '../schemas/pdr.ts';
import { changesOfRun, type FieldsOfRuns } from './lasting-fields.ts';
import { PRECEDENCE_FIELDS } from './precedence.ts';
import { type Recorded, type RecordingTarget, unchanged } from './recording-target.ts';

/** The fields that change with each run, and the lasting ones: the notice that the provider got. */
const FIELDS: FieldsOfRuns = {
  current: [
    'provider',
    'collectionId',
    'status',
    'progress',
    'execution',
    'stats',
    'redriveCount',
    'timestamp',
    'duration',
    'createdAt',
    'updatedAt',
  ],
  lasting: ['PANSent', 'PANmessage'],
  isOutside: ({ PANSent }) => PANSent === true,
  listsFiles: () => false,
  canBeSetToRunning: false,
};

/**
 * Records a PDR, as far as no event that counts more was recorded already. It may list granules of several collections, but
 * is one provider's.
 * @throws RecordOfAnotherError where it is another provider's
 */
export async function recordPdr(target: RecordingTarget, pdr: Pdr): Promise<Recorded> {
  const { client } = target;
  const table = target.tableName('PdrsTable');
  const { pdrName, provider } = pdr;
  for (;;) {
    const [current] = await getItemsCoalesced({ client, table }, [{ pdrName }]);
    const held = current?.['provider'] ?? provider;
    if (held !== provider) throw pdrOfAnother(pdrName, String(held), provider);
    const changes = changesOfRun(FIELDS, { ...pdr }, current);
    if (changes === undefined) return 'superseded';
    const { set, remove } = changes;
    const seen = unchanged('pdrName', [...PRECEDENCE_FIELDS, 'updatedAt', LASTING_RUN], current);
    const update = { kind: 'update', table, key: { pdrName }, changes: { set, remove }, conditions: seen } as const;
    if ((await writeIf(client, update, { returnsItem: false })).done) return 'written';
  }
}
