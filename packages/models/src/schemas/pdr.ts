import * as z from 'zod';
import {
  collectionId,
  count,
  createdAt,
  executionUrl,
  providerId,
  rangeKey,
  redriveCount,
  seconds,
  timestamp,
  updatedAt,
} from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';
import { PDR_STATUSES } from './statuses.ts';

export const pdrSchema = z
  .strictObject({
    pdrName: rangeKey.describe('The name of the PDR.'),
    provider: providerId,
    collectionId,
    status: z.enum(PDR_STATUSES).describe('How far the PDR is.'),
    progress: z.number().min(0).max(100).describe('The share of its granules that is done, in percent.').optional(),
    execution: executionUrl.optional(),
    PANSent: z.boolean().describe('Whether a product acceptance notice was sent.').optional(),
    PANmessage: z.string().describe('What the product acceptance notice says.').optional(),
    stats: z
      .strictObject({ processing: count, completed: count, failed: count, total: count })
      .describe("How many of the PDR's granules are how far.")
      .optional(),
    address: z.string().describe('The address that the PDR gives.').optional(),
    originalUrl: z.string().describe('Where the PDR came from.').optional(),
    duration: seconds.describe('How long the PDR took, in seconds.').optional(),
    redriveCount: redriveCount.optional(),
    timestamp: timestamp.optional(),
    createdAt,
    updatedAt: updatedAt.optional(),
  })
  .meta({ title: 'PDR', description: 'A product delivery record: the list of granules that a provider delivers.' });

export type Pdr = RecordOf<typeof pdrSchema>;
export type NewPdr = NewRecordOf<typeof pdrSchema>;

export const pdrType: RecordType<Pdr, 'pdrName'> = defineRecordType({
  name: 'pdr',
  table: 'PdrsTable',
  key: ['pdrName'],
  schema: pdrSchema,
});
