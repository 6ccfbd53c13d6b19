import * as z from 'zod';
import { createdAt, hashKey, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

const accessTokenSchema = z
  .strictObject({
    accessToken: hashKey.describe('A hash of the token; earlier releases held the token itself.'),
    refreshToken: text.describe('The token by which a new one is got, encrypted.').optional(),
    username: text.describe('Whom the token was given to.').optional(),
    expirationTime: z
      .int()
      .nonnegative()
      .describe('When the token ends, in seconds since 1970; earlier releases wrote milliseconds.')
      .optional(),
    createdAt: createdAt.optional(),
    updatedAt: updatedAt.optional(),
  })
  .meta({ title: 'Access token', description: 'A token that lets its bearer use the API.' });

export type AccessToken = RecordOf<typeof accessTokenSchema>;
export type NewAccessToken = NewRecordOf<typeof accessTokenSchema>;

export const accessTokenType: RecordType<AccessToken, 'accessToken'> = defineRecordType({
  name: 'accessToken',
  table: 'AccessTokensTable',
  key: ['accessToken'],
  schema: accessTokenSchema,
});
