import { readBackup } from './backup-on-disk.ts';
import { equalStates, type State } from './canonical.ts';
import type { Demands } from './fault-kind.ts';
import { keyNames, randomItems } from './random-table.ts';
import type { Run } from './run.ts';
import { commandOptions, parseResult } from './story-options.ts';

interface BackupJson {
  readonly items: number;
  readonly file: string;
}

/** A table is backed up under faults, mostly over an earlier backup of another state; then until it succeeds. */
export async function backupStory(run: Run): Promise<void> {
  const { random, source, kind } = run;
  await source.create();
  const items = randomItems(random, run.shape, run.content);
  await source.put(items);
  const args = ['backup', '--table', source.name, '--directory', run.directory, ...commandOptions(run)];
  const earlier = kind.needs?.earlier ?? random() < 0.7;
  const states: State[] = [];
  if (earlier) {
    await run.succeeding(args);
    states.push(await source.state());
    await source.remove(items.filter((_, index) => index % 7 === 3));
    await source.put(randomItems(random, run.shape, { ...run.content, items: Math.ceil(run.content.items / 5) }, 900));
  }
  states.push(await source.state());

  const resume = kind.needs?.resume ?? random() < 0.3;
  const disturbed = await run.disturbed(resume ? [...args, '--resume'] : args, []);
  const table = await source.state();
  if (disturbed.demands.replacedTable) states.push(table);
  else if (!equalStates(table, states.at(-1) ?? table)) run.violated('altered', 'the table that was backed up changed');
  const ends = [disturbed.ended, ...(disturbed.other === undefined ? [] : [disturbed.other])];
  for (const ended of ends) {
    if (ended.code === 0)
      await expectComplete(run, ended.stdout, ended.stderr, states.slice(earlier ? 1 : 0), disturbed.demands);
  }
  if (ends.every(({ code }) => code !== 0)) await expectEarlier(run, earlier, states);
  if (disturbed.ended.code === 0) {
    run.missedBetween(disturbed);
    return;
  }

  await run.between(disturbed);
  await expectEarlier(run, earlier, states);
  run.makeRoom();
  const now = await source.state();
  const recovered = await run.recover(args, true);
  if (recovered !== undefined) await expectComplete(run, recovered.stdout, recovered.stderr, [now], {});
}

/** A success was claimed: what is there has to be the table, and be counted right. */
async function expectComplete(
  run: Run,
  stdout: string,
  stderr: string,
  states: readonly State[],
  { warning }: Demands,
): Promise<void> {
  const result = parseResult<BackupJson>(run, stdout);
  let backup: Awaited<ReturnType<typeof readBackup>>;
  try {
    backup = await readBackup(run.dataFile, keyNames(run.shape));
  } catch (error) {
    run.violated('lost', `a backup was claimed, but ${(error as Error).message}`);
    return;
  }
  if (backup === undefined) {
    run.violated('lost', 'a backup was claimed, and there is none');
    return;
  }
  const { state, items } = backup;
  if (!states.some((possible) => equalStates(possible, state)) && !(warning?.test(stderr) ?? false)) {
    run.violated('lost', `the backup has ${items} items that are not those of the table (${states.at(-1)?.size})`);
  }
  if (result !== undefined && result.items !== items) {
    run.violated('claimed', `${result.items} items were claimed, ${items} are there`);
  }
}

/** After a failure the earlier backup is there, or the complete new one in its place. */
async function expectEarlier(run: Run, earlier: boolean, states: readonly State[]): Promise<void> {
  try {
    const backup = await readBackup(run.dataFile, keyNames(run.shape));
    if (backup === undefined) {
      if (earlier) run.violated('lost', 'the earlier backup is gone');
      return;
    }
    if (!states.some((state) => equalStates(state, backup.state))) {
      run.violated('altered', 'what is in the place of the backup is no state that the table had');
    }
  } catch (error) {
    run.violated('lost', `after a failure ${(error as Error).message}`);
  }
}
