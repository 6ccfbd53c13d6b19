import { hashOf } from './backup-on-disk.ts';
import { compareStates, equalStates, type State } from './canonical.ts';
import type { Demands } from './fault-kind.ts';
import { randomItems } from './random-table.ts';
import type { Run } from './run.ts';
import { commandOptions, parseResult } from './story-options.ts';

interface RestoreJson {
  readonly items: number;
  /** Of these, the ones that this run wrote. */
  readonly itemsThisRun: number;
  readonly skipped: number;
  readonly superseded: number;
  readonly verified: { readonly equal: boolean } | null;
}

/** How the target is before: missing, empty, or with items that are refused, replaced or kept. */
type Target = 'missing' | 'empty' | 'refused' | 'overwritten' | 'kept';

/** A backup is restored under faults; then until it succeeds. */
export async function restoreStory(run: Run): Promise<void> {
  const { random, source, target, shape } = run;
  await source.create();
  const items = randomItems(random, shape, run.content);
  await source.put(items);
  await run.succeeding(['backup', '--table', source.name, '--directory', run.directory, ...commandOptions(run)]);
  const file = await source.state();
  const hash = await hashOf(run.dataFile);

  const kind = targetKind(run);
  if (kind !== 'missing') await target.create();
  if (kind !== 'missing' && kind !== 'empty') {
    const few = { items: 8, padding: 0, everyItem: false };
    await target.put([...randomItems(random, shape, few), ...randomItems(random, shape, few, 700)]);
  }
  const before = await target.state();
  const filled = (state: State): State =>
    kind === 'kept' ? new Map([...file, ...state]) : new Map([...state, ...file]);
  const expected = filled(before);
  const args = [
    'restore',
    run.dataFile,
    '--table',
    target.name,
    ...(kind === 'missing' ? ['--create-table'] : []),
    ...(kind === 'overwritten' ? ['--overwrite', '--yes'] : []),
    ...(kind === 'kept' ? ['--skip-existing'] : []),
    ...(random() < 0.6 ? ['--concurrency', String(1 + Math.floor(random() * 8))] : []),
    ...(random() < 0.2 && verifiable(run, kind) ? ['--verify'] : []),
  ];
  const resume = run.kind.needs?.resume ?? random() < 0.3;
  const disturbed = await run.disturbed(resume ? [...args, '--resume'] : args, [target]);
  const { ended, other, demands } = disturbed;
  const after = await target.state();
  if ((await hashOf(run.dataFile)) !== hash) run.violated('altered', 'the backup that was restored changed');
  if (!equalStates(await source.state(), file)) run.violated('altered', 'the table of the backup changed');
  for (const { code, stdout } of [ended, ...(other === undefined ? [] : [other])]) {
    if (code === 0) expectRestored(run, stdout, file, expected, after, demands);
  }
  if (demands.refusal && !equalStates(before, after)) {
    run.violated('altered', `a file was refused after ${after.size - before.size} items had been written`);
  }
  if (kind === 'refused' && !demands.replacedTable) {
    // The second step asks for what was refused.
    if (!equalStates(before, after)) run.violated('altered', 'a table that held items was written to without a word');
    if (ended.code === 0) {
      run.violated('claimed', 'a table that held items was taken for empty');
      return;
    }
  } else if (!demands.replacedTable) {
    expectNothingForeign(run, before, expected, after);
  }
  if (ended.code === 0) {
    run.missedBetween(disturbed);
    return;
  }

  const taken = await run.between(disturbed);
  const recovered = await run.recover(args, true);
  if (recovered === undefined) return;
  // What a replaced table held is gone with it.
  const wanted = demands.replacedTable ? filled(after) : expected;
  expectRestored(run, recovered.stdout, file, wanted, await target.state(), taken);
}

/** Where the table is to be as the file, unless a fault takes items from it. */
function verifiable({ kind: { needs } }: Run, target: Target): boolean {
  return (target === 'missing' || target === 'empty') && needs?.slow === undefined;
}

function targetKind({ random, kind: { needs } }: Run): Target {
  const chance = random();
  if (needs?.target === 'empty') return 'empty';
  if (needs?.target === 'full') return 'refused';
  if (chance < 0.4) return 'missing';
  if (chance < 0.75) return 'empty';
  if (chance < 0.8) return 'refused';
  return chance < 0.9 ? 'overwritten' : 'kept';
}

function expectRestored(
  run: Run,
  stdout: string,
  file: State,
  expected: State,
  actual: State,
  { itemsTaken }: Demands,
): void {
  const { changed, missing, extra } = compareStates(expected, actual);
  const result = parseResult<RestoreJson>(run, stdout);
  if (changed > 0) run.violated('altered', `${changed} restored items have another value`);
  if (extra > 0) run.violated('altered', `${extra} items are neither of the file nor of the table before`);
  if (missing > 0 && !itemsTaken) run.violated('lost', `${missing} items of the file are not in the table`);
  if (result === undefined) return;
  const claimed = result.items + result.skipped + result.superseded;
  if (claimed !== file.size) run.violated('claimed', `${claimed} items were claimed, the file has ${file.size}`);
  if (itemsTaken && result.itemsThisRun > file.size - missing) {
    run.violated('claimed', `${result.itemsThisRun} items were claimed for this run, ${file.size - missing} are there`);
  }
  if (result.verified !== null && result.verified.equal !== equalStates(file, actual)) {
    run.violated('claimed', `verified: ${result.verified.equal}`);
  }
}

/** Whatever is in a target after a failure was there before or is of the file. */
function expectNothingForeign(run: Run, before: State, expected: State, after: State): void {
  for (const [key, item] of after) {
    if (item !== before.get(key) && item !== expected.get(key)) {
      run.violated('altered', `the item ${key} is neither of the file nor of the table before`);
      return;
    }
  }
  for (const key of before.keys()) {
    if (!after.has(key)) {
      run.violated('lost', `the item ${key} of the target is gone`);
      return;
    }
  }
}
