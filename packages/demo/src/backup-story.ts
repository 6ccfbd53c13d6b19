import { resolve } from 'node:path';
import { run } from '@cumulus/api';
import { createClient } from '@cumulus/dynamodb';
import { enterEnvironment, loadSampleRecords, serverEnvironment, startDynamoDB } from '@cumulus/local';
import { cumulusApi, type TableReport } from './cumulus-api.ts';

const PREFIX = 'demo';
const RESTORED_PREFIX = 'demo-restored';
const DIRECTORY = 'backups';

/** Starts a DynamoDB, tells the story with it, serves the API over it until Ctrl-C, and stops it whatever happens. */
async function main(): Promise<void> {
  // The AWS SDK writes to standard error which Node versions it is to give up, which is no part of the story.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const server = await startDynamoDB({ prefer: ['jar', 'container', 'dynalite'] });
  say(`Using ${server.description}`);
  try {
    enterEnvironment(serverEnvironment(server));
    await tellStory(interruption.signal);
    const serve = ['serve', '--local', '--prefix', PREFIX, ...process.argv.slice(2)];
    say(`$ cumulus-api ${serve.join(' ')}`);
    process.exitCode = await run(serve);
  } finally {
    await server.stop();
  }
}

/** Creates, fills, backs up, restores and compares a deployment's tables, by the command that users have. */
async function tellStory(abortSignal: AbortSignal): Promise<void> {
  const report = (commandLine: string): Promise<readonly TableReport[]> => {
    say(`$ cumulus-api ${commandLine}`);
    return cumulusApi(commandLine, abortSignal);
  };
  const created = await report(`tables create --prefix ${PREFIX}`);
  say(`  ${created.length} tables, now filled with ${await fill()} records`);
  const backedUp = await report(`backup --prefix ${PREFIX} --directory ${DIRECTORY}`);
  const size = (sum(backedUp, 'bytes') / 1e6).toFixed(1);
  say(`  ${sum(backedUp, 'items')} items, ${size} MB in ${seconds(backedUp)}, from ${backedUp.length} tables`);
  const target = `--directory ${DIRECTORY} --from-prefix ${PREFIX} --prefix ${RESTORED_PREFIX}`;
  // A server that was given, not started here, may hold the tables of an earlier run: hence --overwrite.
  const restored = await report(`restore ${target} --create-table --overwrite`);
  say(`  ${sum(restored, 'items')} items in ${seconds(restored)}, into ${restored.length} tables`);
  const verified = await report(`verify ${target}`);
  say(`  ${sum(verified, 'same')} items proved equal, one by one, in ${verified.length} tables`);
  say(`The backups are in ${resolve(DIRECTORY)}: for each table a file with an item a line, and its manifest.`);
}

async function fill(): Promise<number> {
  const client = createClient();
  try {
    return await loadSampleRecords({ client, tableName: (name) => `${PREFIX}-${name}` });
  } finally {
    client.destroy();
  }
}

function sum(reports: readonly TableReport[], field: 'items' | 'bytes' | 'seconds' | 'same'): number {
  return reports.reduce((total, report) => total + report[field], 0);
}

function seconds(reports: readonly TableReport[]): string {
  return `${sum(reports, 'seconds').toFixed(1)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
