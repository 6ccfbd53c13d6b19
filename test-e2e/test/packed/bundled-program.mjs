import { createClient } from '@cumulus/dynamodb/aws';
import { backUpTable, verifyBackup } from '@cumulus/dynamodb/backup';
import { createModels } from '@cumulus/models';

/*
 * A user's program, which is bundled: `PREFIX DIRECTORY`. It writes a record whose check takes a thread of its own, for an expression that
 * looks ahead, reads it, backs its table up and verifies the backup.
 */
async function main() {
  const [, , prefix = '', directory = ''] = process.argv;
  const client = createClient();
  const { collections } = createModels({ client, tables: prefix });
  const file = { bucket: 'protected', regex: '^M.*$', sampleFileName: 'MOD1.hdf' };
  const expressions = { granuleId: '^MOD1$', granuleIdExtraction: '^(?=M)(.*)\\.hdf$', sampleFileName: 'MOD1.hdf' };
  await collections.create({ name: 'MOD', version: '1', ...expressions, files: [file] });
  const { name } = await collections.get({ name: 'MOD', version: '1' });
  const { file: backup, items } = await backUpTable({ client, table: collections.table, directory });
  const { comparison } = await verifyBackup({ file: backup, liveTable: { client, name: collections.table } });
  process.stdout.write(JSON.stringify({ name, items, equal: comparison?.equal }));
}

// CommonJS has no await outside of functions.
main().catch((error) => {
  process.exitCode = 1;
  process.stderr.write(String(error));
});
