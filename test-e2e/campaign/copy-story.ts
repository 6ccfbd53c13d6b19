import { compareStates, equalStates, type State } from './canonical.ts';
import { randomItems } from './random-table.ts';
import type { Run } from './run.ts';
import { parseResult } from './story-options.ts';

interface CopyJson {
  readonly additions: number;
  readonly changes: number;
  readonly deletions: number;
  readonly same: number;
  readonly written: number;
  readonly deleted: number;
  readonly verified?: { readonly equal: boolean };
}

/** A table is brought to the state of another under faults; then until it succeeds. */
export async function copyStory(run: Run): Promise<void> {
  const { random, source, target, shape } = run;
  await source.create();
  await target.create();
  const items = randomItems(random, shape, run.content);
  await source.put(items);
  await target.put(items.filter((_, index) => index % 3 !== 0));
  const other = randomItems(random, shape, { ...run.content, items: Math.min(items.length, 12) });
  await target.put(other.filter((_, index) => index % 2 === 0));
  if (items.length > 0) await target.put(randomItems(random, shape, { items: 9, padding: 0, everyItem: false }, 800));
  const from = await source.state();
  const before = await target.state();
  const keeps = random() < 0.2;
  const args = [
    'copy',
    '--from',
    source.name,
    '--to',
    target.name,
    '--yes',
    ...(keeps ? ['--no-delete'] : []),
    ...(random() < 0.6 ? ['--concurrency', String(1 + Math.floor(random() * 8))] : []),
    ...(random() < 0.2 ? ['--verify'] : []),
  ];
  const wanted = (content: State): State => (keeps ? new Map([...before, ...content]) : content);

  const disturbed = await run.disturbed(args, [target]);
  const { ended, other: second, demands } = disturbed;
  const after = await target.state();
  const now = await source.state();
  if (!demands.replacedTable) {
    if (!equalStates(now, from)) run.violated('altered', 'the table that was copied changed');
    expectBetween(run, before, wanted(from), after);
  }
  for (const { code, stdout } of [ended, ...(second === undefined ? [] : [second])]) {
    if (code !== 0) continue;
    const states = demands.replacedTable ? [from, now] : [from];
    expectCopied(run, stdout, before, states.map(wanted), after, demands.replacedTable || second !== undefined);
  }
  if (ended.code === 0) return;

  const stopped = await target.state();
  const recovered = await run.recover(args, false);
  if (recovered === undefined) return;
  const result = keeps ? new Map([...stopped, ...now]) : now;
  expectCopied(run, recovered.stdout, stopped, [result], await target.state(), false);
}

function expectCopied(
  run: Run,
  stdout: string,
  before: State,
  possible: readonly State[],
  actual: State,
  changedMeanwhile: boolean | undefined,
): void {
  const expected = possible.find((state) => equalStates(state, actual));
  const result = parseResult<CopyJson>(run, stdout);
  if (expected === undefined) {
    run.violated('lost', `a copy was claimed, but: ${JSON.stringify(compareStates(possible[0] ?? actual, actual))}`);
    return;
  }
  if (result === undefined || changedMeanwhile) return;
  const { changed, missing, extra } = compareStates(expected, before);
  const { additions, changes, deletions, written, deleted } = result;
  if (additions !== missing || changes !== changed || deletions !== extra) {
    run.violated(
      'claimed',
      `${additions} additions, ${changes} changes, ${deletions} deletions; really ${missing}, ${changed}, ${extra}`,
    );
  }
  if (written > missing + changed || deleted > extra) {
    run.violated('claimed', `${written} written and ${deleted} deleted; there was less to do`);
  }
  if (result.verified?.equal === false) run.violated('claimed', 'verified as different, and exit status 0');
}

/** Whatever is in the target was there before, or is of the source; and nothing is gone that both had. */
function expectBetween(run: Run, before: State, wanted: State, after: State): void {
  for (const [key, item] of after) {
    if (item !== before.get(key) && item !== wanted.get(key)) {
      run.violated('altered', `the item ${key} of the target is of neither table`);
      return;
    }
  }
  for (const key of wanted.keys()) {
    if (before.has(key) && !after.has(key)) {
      run.violated('lost', `the item ${key}, which both had, is gone`);
      return;
    }
  }
}
