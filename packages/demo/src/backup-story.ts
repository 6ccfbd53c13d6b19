import { resolve } from 'node:path';
import { run, type StartedDynamoDB } from '@cumulus/api';
import { createClient } from '@cumulus/dynamodb/aws';
import { type LocalServer, loadSampleRecords, serverEnvironment, serverSettings, startDynamoDB } from '@cumulus/local';
import { cumulusApi, type TableReport } from './cumulus-api.ts';

const PREFIX = 'demo';
const RESTORED_PREFIX = 'demo-restored';
const DIRECTORY = 'backups';
const SERVE = ['serve', '--local', '--prefix', PREFIX, ...process.argv.slice(2)];

/** Starts a DynamoDB and runs the story with it. It is stopped if the story fails; otherwise the caller stops it. */
async function startWithStory(abortSignal: AbortSignal): Promise<StartedDynamoDB> {
  const server = await startDynamoDB();
  say(`Using ${server.description}`);
  try {
    await tellStory(server, abortSignal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  say(`$ cumulus-api ${SERVE.join(' ')}`);
  return server;
}

/** Creates, fills, backs up, restores and compares a deployment's tables, by the command that users have. */
async function tellStory(server: LocalServer, abortSignal: AbortSignal): Promise<void> {
  // A server of our own, whatever the environment says of AWS.
  const environment = { ...process.env, ...serverEnvironment(server) };
  const report = (commandLine: string): Promise<readonly TableReport[]> => {
    say(`$ cumulus-api ${commandLine}`);
    return cumulusApi(commandLine, { environment, abortSignal });
  };
  const created = await report(`tables create --prefix ${PREFIX}`);
  say(`  ${created.length} tables, now filled with ${await fill(server)} records`);
  const backedUp = await report(`backup --prefix ${PREFIX} --directory ${DIRECTORY}`);
  const size = (sum(backedUp, 'bytes') / 1e6).toFixed(1);
  say(`  ${sum(backedUp, 'items')} items, ${size} MB in ${seconds(backedUp)}, from ${backedUp.length} tables`);
  const target = `--directory ${DIRECTORY} --from-prefix ${PREFIX} --prefix ${RESTORED_PREFIX}`;
  const restored = await report(`restore ${target} --create-table`);
  say(`  ${sum(restored, 'items')} items in ${seconds(restored)}, into ${restored.length} tables`);
  const verified = await report(`verify ${target}`);
  say(`  ${sum(verified, 'same')} items proved equal, one by one, in ${verified.length} tables`);
  say(`The backups are in ${resolve(DIRECTORY)}: for each table a file with an item a line, and its manifest.`);
}

async function fill(server: LocalServer): Promise<number> {
  const client = createClient(serverSettings(server));
  try {
    return (await loadSampleRecords({ client, tableName: (name) => `${PREFIX}-${name}` })).written;
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

// The command checks its options and takes its port before it runs the story.
process.exitCode = await run(SERVE, process, { local: { startDynamoDB: startWithStory } });
