import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noteProof } from '@cumulus/dynamodb/backup';
import { cumulusApiResult } from './command.ts';

/** The data file of a backup that was begun at noon of a day of November 2026. */
export function datedName(table: string, day: number): string {
  return `${table}.202611${String(day).padStart(2, '0')}T120000Z.json`;
}

/** Puts backups of a table into a folder, as if they had been made at noon of days of November 2026. The first of them is proved. */
export async function putDatedBackups(table: string, directory: string, days: readonly number[]): Promise<void> {
  const made = await cumulusApiResult<{ file: string; manifest: string; sha256: string; bytes: number }>([
    ...['backup', '--table', table, '--directory', directory],
  ]);
  const manifest = JSON.parse(await readFile(made.manifest, 'utf8'));
  for (const day of days) {
    const file = join(directory, datedName(table, day));
    const noon = Date.UTC(2026, 10, day, 12);
    const scan = {
      ...manifest.scan,
      startedAt: new Date(noon).toISOString(),
      endedAt: new Date(noon + 30_000).toISOString(),
    };
    await copyFile(made.file, file);
    await writeFile(`${file}.manifest.json`, JSON.stringify({ ...manifest, scan }));
  }
  for (const file of [made.file, made.manifest]) await rm(file);
  const [first = 0] = days;
  await noteProof(join(directory, datedName(table, first)), { sha256: made.sha256, bytes: made.bytes, how: 'file' });
}
