import * as z from 'zod';
import { count, hashKey } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

const semaphoreSchema = z
  .strictObject({
    key: hashKey.describe('The name of what is shared.'),
    semvalue: count.describe('How many hold it now.'),
  })
  .meta({ title: 'Semaphore', description: 'The number of holders at the same time.' });

export type Semaphore = RecordOf<typeof semaphoreSchema>;
export type NewSemaphore = NewRecordOf<typeof semaphoreSchema>;

export const semaphoreType: RecordType<Semaphore, 'key'> = defineRecordType({
  name: 'semaphore',
  table: 'SemaphoresTable',
  key: ['key'],
  schema: semaphoreSchema,
});
