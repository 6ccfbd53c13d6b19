import * as z from 'zod';
import { createdAt, hashKey, milliseconds, text, updatedAt } from './fields.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

const userSchema = z
  .strictObject({
    userName: hashKey.describe('The name that the user logs in with.'),
    password: text.describe('A hash of the password.').optional(),
    expires: milliseconds.describe("When the user's login ends, in milliseconds since 1970.").optional(),
    createdAt: createdAt.optional(),
    updatedAt: updatedAt.optional(),
  })
  .meta({ title: 'User', description: 'Who may use the API and the dashboard.' });

export type User = RecordOf<typeof userSchema>;
export type NewUser = NewRecordOf<typeof userSchema>;

export const userType: RecordType<User, 'userName'> = defineRecordType({
  name: 'user',
  table: 'UsersTable',
  key: ['userName'],
  schema: userSchema,
});
