import type { TableDescription } from '../../tables/describe.ts';
import { KeySchemaMismatchError } from '../../tables/errors.ts';
import { describeKey, sameKey } from '../../tables/schema.ts';
import type { BackupSource } from './backup-source.ts';

/**
 * Makes sure that a backup with a manifest is of a table with the same key as the one in question.
 * @throws KeySchemaMismatchError with the advice if it is not
 */
export function checkKey(reader: BackupSource, { name, schema }: TableDescription, advice: readonly string[]): void {
  const keyOfFile = reader.schema?.key;
  if (keyOfFile === undefined || sameKey(keyOfFile, schema.key)) return;
  throw new KeySchemaMismatchError(
    `${reader.name} is a backup of a table with the key ${describeKey(keyOfFile)}; ` +
      `the key of ${name} is ${describeKey(schema.key)}.`,
    advice,
  );
}
