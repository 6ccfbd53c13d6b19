import { listCatalogue, type TableBackups } from '@cumulus/dynamodb/backup';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, size } from '../../../output/format.ts';
import { chosenBackups } from '../chosen-backups.ts';
import { backupFields, problemsWarning, summaryOf } from '../describe-backup.ts';
import type { ListOptions } from './options.ts';

export async function runList(options: ListOptions, { s3, abortSignal, onWarning }: Context): Promise<readonly Task[]> {
  const { location, isChosen } = chosenBackups(options);
  const run = async (): Promise<readonly Outcome[]> => {
    const tables = await listCatalogue(location, { s3, tables: isChosen, abortSignal });
    if (tables.length === 0) onWarning(`There is no such backup in ${location}.`);
    return [...tables.map(describeTable), describeAll(tables)];
  };
  return [{ table: null, run }];
}

function describeTable(ofTable: TableBackups): Outcome {
  const { table, backups, problems } = ofTable;
  const [bytes, proved] = [bytesOf([ofTable]), provedOf([ofTable])];
  return {
    result: { table, backups: backups.map(backupFields), bytes, proved, problems },
    lines: [
      `${table}: ${count(backups.length, 'backup')}, ${size(bytes)}, ${proved} proved`,
      ...backups.flatMap((backup) => [`  ${summaryOf(backup)}`, `    ${backup.file}`]),
    ],
    warning: problemsWarning(ofTable),
  };
}

function describeAll(tables: readonly TableBackups[]): Outcome {
  const [bytes, proved] = [bytesOf(tables), provedOf(tables)];
  const backups = tables.reduce((sum, each) => sum + each.backups.length, 0);
  return {
    result: { table: null, tables: tables.length, backups, bytes, proved },
    isSummary: true,
    lines: [`${count(backups, 'backup')} of ${count(tables.length, 'table')}, ${size(bytes)}, ${proved} proved`],
  };
}

function bytesOf(tables: readonly TableBackups[]): number {
  return tables.flatMap(({ backups }) => backups).reduce((sum, { bytes }) => sum + bytes, 0);
}

function provedOf(tables: readonly TableBackups[]): number {
  return tables.flatMap(({ backups }) => backups).filter(({ proofs }) => proofs.length > 0).length;
}
