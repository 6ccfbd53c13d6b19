import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { BenchTables } from '../bench/bench-tables.ts';
import { COMMAND } from '../bench/program.ts';
import { FaultProxy } from '../test/kit/faults/proxy.ts';
import { slow } from '../test/kit/faults/slow.ts';
import { type Chunk, TerminalRecorder, type TerminalSize } from './terminal-recorder.ts';

export const TERMINAL: TerminalSize = { columns: 72, rows: 26 };

const SOURCE = 'prod-GranulesTable';
const TARGET = 'new-GranulesTable';
const FILE = `backups/${SOURCE}.json`;
const CHECKPOINT = `${FILE}.partial.checkpoint.json`;

/** A page of a scan comes at once from a server on this machine. From AWS it comes over a network. */
const SCAN_DELAY = 400;

/** How much is read before the backup is killed. */
const MIN_PERCENT = 40;

/**
 * Backs a table of so many granules up, kills that, resumes, restores and verifies, in a terminal and with the built command, and records what
 * the terminal shows. The DynamoDB is that of the environment.
 * @param folder where the backup goes
 */
export async function recordStory(folder: string, granules: number): Promise<readonly Chunk[]> {
  const tables = new BenchTables();
  await mkdir(join(folder, 'bin'));
  await symlink(COMMAND, join(folder, 'bin/cumulus-api'));
  const proxy = await FaultProxy.start([slow('Scan', SCAN_DELAY)]);
  try {
    await tables.createGranulesTable(SOURCE);
    await tables.load(SOURCE, granules);
    tables.names.add(TARGET);
    const terminal = await TerminalRecorder.start({
      folder,
      size: TERMINAL,
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
        NODE_OPTIONS: undefined,
        FORCE_COLOR: undefined,
        NO_COLOR: undefined,
      },
    });
    try {
      const backup = `cumulus-api backup --table ${SOURCE}`;
      await terminal.runAndKill(
        backup,
        (shown) => percent(shown) >= MIN_PERCENT && existsSync(join(folder, CHECKPOINT)),
      );
      await terminal.run(`${backup} --resume`);
      await terminal.run(`cumulus-api restore ${FILE} \\`, `  --table ${TARGET} --create-table`);
      await terminal.run(`cumulus-api verify ${FILE} \\`, `  --table ${TARGET}`);
    } finally {
      await terminal.end();
    }
    return terminal.chunks;
  } finally {
    await proxy.stop();
    await tables.deleteAll();
  }
}

/** How far the latest progress says that a command has come. */
function percent(shown: string): number {
  return Number(/.* (\d+)% /s.exec(shown)?.[1] ?? 0);
}
