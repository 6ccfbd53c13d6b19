import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { BenchTables } from '../bench-tables.ts';
import { median, medianUsage } from '../figures.ts';
import { say } from '../say.ts';
import { killTool, runTool, runToolWell, type ToolRun } from './run-tool.ts';
import { countItems } from './scan-items.ts';
import { findTools, type Restore, type Tool } from './tools.ts';
import { areEqual, KINDS, putKind } from './values.ts';

/** Enough that the middle of a backup can be met. */
const ITEMS_TO_KILL = 3_000;

/** Of a tool that cannot write back what it read. */
const NO_RESTORE = 'no restore';

export interface OthersOptions {
  readonly tables: BenchTables;
  readonly server: string;
  readonly directory: string;
  readonly items: number;
  readonly runs: number;
}

/** This command and other tools, side by side: time and memory, which values they keep, and what happens when something goes wrong. */
export async function reportOthers({ tables, server, directory, items, runs }: OthersOptions): Promise<void> {
  const tools = findTools(say);
  const rows: string[][] = [['', ...tools.map(({ name }) => name)]];
  const folderOf = (tool: Tool, what: string): string => join(directory, `${tool.name}-${what}`);
  let made = 0;
  const newName = (): string => {
    made += 1;
    return `${tables.prefix}-others-${made}`;
  };
  const each = async (question: string, answer: (tool: Tool) => Promise<string>): Promise<void> => {
    const answers: string[] = [];
    for (const tool of tools) {
      say(`${question}: ${tool.name}`);
      answers.push(await answer(tool));
    }
    rows.push([question, ...answers]);
    say(answers.join(' | '));
  };

  const table = newName();
  await tables.createGranulesTable(table);
  await tables.load(table, ITEMS_TO_KILL);
  const restore = async (
    { command, needsTable = false }: Restore,
    ...[source, folder, target]: [string, string, string]
  ): Promise<ToolRun> => {
    if (needsTable) await tables.createGranulesTable(target);
    else tables.names.add(target);
    return runTool(command(source, folder, target));
  };
  const restored = async (way: Restore, folder: string): Promise<{ run: ToolRun; count: number }> => {
    const target = newName();
    const run = await restore(way, table, folder, target);
    return { run, count: await countOf(target) };
  };
  /** A tool without a way back is asked nothing. */
  const eachRestoring = (question: string, answer: (tool: Tool, way: Restore) => Promise<string>): Promise<void> =>
    each(question, async (tool) => (tool.restore === undefined ? NO_RESTORE : answer(tool, tool.restore)));
  await eachRestoring('killed in the middle of a second backup: what the folder restores to', async (tool, way) => {
    const folder = folderOf(tool, 'killed');
    await mkdir(folder, { recursive: true });
    await runToolWell(tool.backup(table, folder));
    await killTool(tool.backup(table, folder), tool.firstFile(table, folder));
    const { run, count } = await restored(way, folder);
    return run.code === 0
      ? `${count} of ${ITEMS_TO_KILL} items`
      : `nothing: restore ends with ${run.code}, ${count} items written`;
  });
  const damaged = async (tool: Tool, way: Restore, damage: (content: Buffer) => Buffer): Promise<string> => {
    const folder = folderOf(tool, 'damaged');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await runToolWell(tool.backup(table, folder));
    const file = tool.dataFile(table, folder);
    await writeFile(file, damage(await readFile(file)));
    const { run, count } = await restored(way, folder);
    return run.code === 0 ? `restored without an error, ${count} items` : `refused, ${count} items written`;
  };
  await eachRestoring('a digit changed in the file', (tool, way) => damaged(tool, way, changeDigit));
  await eachRestoring('the file cut in half', (tool, way) =>
    damaged(tool, way, (content) => content.subarray(0, content.length / 2)),
  );

  const source = newName();
  say(`Loading ${items} records`);
  await tables.createGranulesTable(source);
  await tables.load(source, items);
  await rowsOfTimes();
  await tables.delete(source);

  for (const [kind, value] of Object.entries(KINDS)) {
    const table = newName();
    await tables.createGranulesTable(table);
    await putKind(tables.client, table, value);
    await eachRestoring(`keeps ${kind}`, async (tool, way) => {
      const [folder, target] = [folderOf(tool, 'kinds'), newName()];
      await mkdir(folder, { recursive: true });
      await runToolWell(tool.backup(table, folder));
      const { code } = await restore(way, table, folder, target);
      if (code !== 0) return `no: restore ends with ${code}`;
      return (await areEqual(tables.client, table, target)) ? 'yes' : 'no: other values, without an error';
    });
  }

  process.stdout.write(`
${items} records of 2.2 KB, ${runs} runs, medians; ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${server}

${rows.map((row, index) => `| ${row.join(' | ')} |${index === 0 ? `\n|${' --- |'.repeat(row.length)}` : ''}`).join('\n')}
`);

  /** The tools take turns, so that what else the machine does touches all of them. */
  async function rowsOfTimes(): Promise<void> {
    const backups = new Map(tools.map((tool) => [tool, [] as ToolRun[]]));
    const restores = new Map(tools.map((tool) => [tool, [] as ToolRun[]]));
    for (let run = 1; run <= runs; run += 1) {
      for (const tool of tools) {
        say(`Backup and restore, run ${run} of ${runs}: ${tool.name}`);
        const [folder, target] = [folderOf(tool, `run-${run}`), newName()];
        await mkdir(folder);
        backups.get(tool)?.push(await runToolWell(tool.backup(source, folder)));
        if (tool.restore !== undefined) {
          const restoring = await restore(tool.restore, source, folder, target);
          if (restoring.code !== 0)
            throw new Error(`${tool.name} restores with ${restoring.code}: ${restoring.errors}`);
          restores.get(tool)?.push(restoring);
          const count = await countOf(target);
          if (count !== items) throw new Error(`${tool.name} restored ${count} of ${items} items`);
          await tables.delete(target);
        }
        await rm(folder, { recursive: true });
      }
    }
    const [ours] = tools;
    for (const [what, measured] of [['backup', backups] as const, ['restore', restores] as const]) {
      const usages = tools.map((tool) => medianUsage(measured.get(tool) ?? []));
      const ratios = tools.map((tool) =>
        median(
          (measured.get(tool) ?? []).map(
            ({ seconds }, run) => seconds / (measured.get(ours ?? tool)?.[run]?.seconds ?? Number.NaN),
          ),
        ),
      );
      const cell = (value: number, digits: number): string =>
        Number.isNaN(value) ? NO_RESTORE : value.toFixed(digits);
      rows.push(
        [`${what}, seconds`, ...usages.map(({ seconds }) => cell(seconds, 1))],
        [`${what}, times ours`, ...ratios.map((ratio) => cell(ratio, 1))],
        [`${what}, processor seconds`, ...usages.map(({ cpuSeconds }) => cell(cpuSeconds, 1))],
        [`${what}, peak MB`, ...usages.map(({ peakMegabytes }) => cell(peakMegabytes, 0))],
      );
    }
  }

  async function countOf(name: string): Promise<number> {
    try {
      return await countItems(tables.client, name);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 0;
      throw error;
    }
  }
}

/** Makes a number in the middle of a file another one: the file stays valid JSON. */
function changeDigit(content: Buffer): Buffer {
  const place = content.indexOf('"N":', content.length / 2) + '"N":'.length;
  const digit = content.findIndex((byte, index) => index >= place && byte >= 0x31 && byte <= 0x38);
  content[digit] = (content[digit] ?? 0) + 1;
  return content;
}
