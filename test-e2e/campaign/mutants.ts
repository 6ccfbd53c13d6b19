import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseRun, resultOf } from '@cumulus/test-kit/command';
import { type Ended, start } from '../test/kit/command.ts';
import { ask, type RawItem } from '../test/kit/raw-requests.ts';
import { HASH, RANGE } from './random-table.ts';
import type { Breach } from './run.ts';
import type { Runner } from './runner.ts';

/** A command that breaks a promise on purpose, by which the oracle is tried. */
export interface Mutant {
  readonly does: string;
  readonly breach: Breach;
  readonly story: 'backup' | 'restore' | 'copy' | 'verify';
  /** The kind of fault under which it is tried, if it shows only there. */
  readonly kind?: string;
  /** @param real runs the real command */
  readonly runner: (real: Runner) => Runner;
}

export const MUTANTS: readonly Mutant[] = [
  {
    does: 'a backup leaves out an item, also in its count and its manifest',
    breach: 'lost',
    story: 'backup',
    runner: afterSuccess('backup', async (_, ended) => {
      const result = resultOf<{ readonly file: string; readonly items: number }>(ended.stdout);
      if (result.items === 0) return ended;
      await dropLastLine(result.file);
      return { ...ended, stdout: withResult(ended.stdout, { items: result.items - 1 }) };
    }),
  },
  {
    does: 'a backup spoils the earlier one where it fails',
    breach: 'lost',
    story: 'backup',
    kind: 'SIGTERM while no answer comes',
    runner: changed(async (args, ended) => {
      const [, , table, , directory] = args;
      const file = `${directory}/${table}.json${args.includes('--gzip') ? '.gz' : ''}`;
      if (ended.code !== 0) await writeFile(`${file}.manifest.json`, '{}');
      return ended;
    }),
  },
  {
    does: 'a restore leaves out an item',
    breach: 'lost',
    story: 'restore',
    runner: afterSuccess('restore', async (args, ended) => {
      await removeOne(tableOf(args, '--table'));
      return ended;
    }),
  },
  {
    does: 'a restore changes a value',
    breach: 'altered',
    story: 'restore',
    runner: afterSuccess('restore', async (args, ended) => {
      await changeOne(tableOf(args, '--table'));
      return ended;
    }),
  },
  {
    does: 'a copy changes the table that it reads',
    breach: 'altered',
    story: 'copy',
    runner: afterSuccess('copy', async (args, ended) => {
      await changeOne(tableOf(args, '--from'));
      return ended;
    }),
  },
  {
    does: 'a copy leaves out an item',
    breach: 'lost',
    story: 'copy',
    runner: afterSuccess('copy', async (args, ended) => {
      await removeOne(tableOf(args, '--to'));
      return ended;
    }),
  },
  {
    does: 'a backup says one item too many',
    breach: 'claimed',
    story: 'backup',
    runner: afterSuccess('backup', async (_, ended) => {
      const { items } = resultOf<{ readonly items: number }>(ended.stdout);
      return { ...ended, stdout: withResult(ended.stdout, { items: items + 1 }) };
    }),
  },
  {
    does: 'a verification calls everything equal',
    breach: 'claimed',
    story: 'verify',
    runner: changed(async (args, ended) => {
      if (args[0] !== 'verify' || ended.stdout === '') return ended;
      const stdout = withResult(ended.stdout, { equal: true, changed: 0, missing: 0, extra: 0 });
      return { code: 0, signal: null, stdout, stderr: '' };
    }),
  },
  {
    does: 'a command never ends',
    breach: 'wedged',
    story: 'copy',
    runner: () => (args, options) =>
      start(args, { ...options, program: [process.execPath, '--eval', 'setInterval(() => undefined, 60_000)'] }),
  },
  {
    does: 'a restore that failed cannot be continued',
    breach: 'wedged',
    story: 'restore',
    runner: changed(async (args, ended) =>
      args[0] === 'restore'
        ? { code: 1, signal: null, stdout: '', stderr: 'It stopped. Continue with the same command and --resume.\n' }
        : ended,
    ),
  },
];

type Change = (args: readonly string[], ended: Ended) => Promise<Ended>;

/** Changes how each command ended. */
function changed(change: Change): Mutant['runner'] {
  return (real) => (args, options) => {
    const running = real(args, options);
    return { process: running.process, ended: running.ended.then((ended) => change(args, ended)) };
  };
}

function afterSuccess(command: string, change: Change): Mutant['runner'] {
  return changed(async (args, ended) => (args[0] === command && ended.code === 0 ? change(args, ended) : ended));
}

function tableOf(args: readonly string[], option: string): string {
  return String(args[args.indexOf(option) + 1]);
}

async function oneItem(table: string): Promise<RawItem | undefined> {
  const { Items } = (await ask('Scan', JSON.stringify({ TableName: table }))) as { readonly Items: readonly RawItem[] };
  return Items.at(-1);
}

async function removeOne(table: string): Promise<void> {
  const item = await oneItem(table);
  if (item === undefined) return;
  const Key = { [HASH]: item[HASH], ...(item[RANGE] === undefined ? {} : { [RANGE]: item[RANGE] }) };
  await ask('DeleteItem', JSON.stringify({ TableName: table, Key }));
}

async function changeOne(table: string): Promise<void> {
  const item = await oneItem(table);
  if (item === undefined) return;
  await ask('PutItem', JSON.stringify({ TableName: table, Item: { ...item, number: { N: '-1' } } }));
}

async function dropLastLine(file: string): Promise<void> {
  const gzipped = file.endsWith('.gz');
  const content = await readFile(file);
  const lines = (gzipped ? gunzipSync(content) : content).toString('utf8').trimEnd().split('\n').slice(0, -1);
  const text = lines.map((line) => `${line}\n`).join('');
  const shorter = gzipped ? gzipSync(text) : Buffer.from(text);
  await writeFile(file, shorter);
  const path = `${file}.manifest.json`;
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { readonly items: number; readonly file: object };
  const sha256 = createHash('sha256').update(shorter).digest('hex');
  await writeFile(
    path,
    JSON.stringify({
      ...manifest,
      items: manifest.items - 1,
      file: { ...manifest.file, bytes: shorter.length, sha256 },
    }),
  );
}

/** What a command wrote, with other values in its one result. */
function withResult(stdout: string, changes: object): string {
  const run = parseRun<object>(stdout);
  return JSON.stringify({ ...run, results: run.results.map((result) => ({ ...result, ...changes })) });
}
