import { statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { formatTable, type Row } from './figures.ts';
import { LargeTable } from './large-table.ts';
import { measure } from './measure.ts';
import { COMMAND } from './program.ts';
import { say } from './say.ts';

/** Backup, verification, restore and copy of a large table, without the time that DynamoDB takes: it is played. */
export async function reportLarge(gigabytes: number, directory: string): Promise<void> {
  const table = new LargeTable({ bytes: gigabytes * 1e9 });
  const file = join(directory, `${table.name}.json`);
  const rows: Row[] = [];
  const run = async (name: string, ...args: readonly string[]): Promise<void> => {
    say(`${name} of ${gigabytes} GB`);
    const usage = await measure([COMMAND, ...args, '--quiet']);
    rows.push({ name: `cumulus-api ${name}`, usage, bounds: [] });
    // Each takes long: who interrupts this keeps what was measured.
    say(
      `${usage.seconds.toFixed(1)} s, ${usage.cpuSeconds.toFixed(1)} s of a processor, ${usage.peakMegabytes.toFixed(0)} MB`,
    );
  };
  await table.whileReached(async () => {
    await run('backup', 'backup', '--table', table.name, '--directory', directory);
    await run('verify', 'verify', file);
    await run('restore', 'restore', file, '--table', table.target);
    await run('verify --table', 'verify', file, '--table', table.name);
    await run('copy', 'copy', '--from', table.name, '--to', table.target, '--yes');
    if (table.written !== 2 * table.items) {
      throw new Error(`${table.written} items were written, of ${table.items} by restore and by copy`);
    }
    process.stdout.write(`
${table.items.toLocaleString('en')} records, ${(statSync(file).size / 1e9).toFixed(2)} GB; DynamoDB is played; Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}

${formatTable(rows)}
`);
  });
}
