import type { PlainItem } from '@cumulus/dynamodb/items';
import * as z from 'zod';
import type { Violation } from '../errors.ts';
import { createdAt, hashKey, text, updatedAt } from './fields.ts';
import { isBucketName, isHostName } from './host-name.ts';
import { defineRecordType, type RecordType } from './record-type.ts';
import type { NewRecordOf, RecordOf } from './schema-types.ts';

/** What is encrypted has to come back as it was, which half a surrogate pair does not. */
const credential = z.string().refine((value) => Buffer.from(value).toString() === value, 'must be well-formed Unicode');

const providerSchema = z
  .strictObject({
    id: hashKey.describe('The id of the provider.'),
    globalConnectionLimit: z.int().positive().describe('How many connections may be open at once.').default(10),
    protocol: z.enum(['http', 'https', 'ftp', 'sftp', 's3']).describe('How data are fetched.').default('http'),
    host: text.describe('The name or address of the host; for s3 the bucket.'),
    port: z.int().min(1).max(65_535).describe("The host's port, if it is not the protocol's own.").optional(),
    username: credential.describe('Who logs in there; encrypted if encrypted is true.').optional(),
    password: credential.describe('The password for it; encrypted if encrypted is true.').optional(),
    encrypted: z
      .boolean()
      .meta({ description: 'Whether username and password are encrypted.', readOnly: true })
      .optional(),
    privateKey: z.string().describe('The file name of the private key for sftp.').optional(),
    cmKeyId: z.string().describe('The AWS KMS key that the private key is encrypted with.').optional(),
    createdAt,
    updatedAt: updatedAt.optional(),
  })
  .meta({ title: 'Provider', description: 'Where data comes from, and how it is fetched.' });

export type Provider = RecordOf<typeof providerSchema>;
export type NewProvider = NewRecordOf<typeof providerSchema>;

export const providerType: RecordType<Provider, 'id'> = defineRecordType({
  name: 'provider',
  table: 'ProvidersTable',
  key: ['id'],
  schema: providerSchema,
  ruledFields: ['host', 'protocol'],
  rules: violationsOfHost,
});

/** What the host of a provider is to be, by its protocol. */
function violationsOfHost({ host, protocol }: PlainItem): readonly Violation[] {
  if (typeof host !== 'string' || host === '' || isHostName(host)) return [];
  if (protocol === 's3' && isBucketName(host)) return [];
  return [
    { path: 'host', message: 'must be the name or address of a host, or a bucket: without scheme, port and path' },
  ];
}
