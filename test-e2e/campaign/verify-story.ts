import { parseRun } from '@cumulus/test-kit/command';
import { hashOf } from './backup-on-disk.ts';
import { compareStates, type StateDifference } from './canonical.ts';
import { randomItems } from './random-table.ts';
import type { Run } from './run.ts';
import { commandOptions } from './story-options.ts';

interface VerifyJson {
  readonly items: number;
  readonly proved: boolean;
  readonly equal?: boolean | null;
  readonly same?: number;
  readonly changed?: number;
  readonly missing?: number;
  readonly extra?: number;
}

/** A backup is held against its table under faults, which is as it was or has changed since; then without faults. */
export async function verifyStory(run: Run): Promise<void> {
  const { random, source, shape } = run;
  await source.create();
  const items = randomItems(random, shape, run.content);
  await source.put(items);
  await run.succeeding(['backup', '--table', source.name, '--directory', run.directory, ...commandOptions(run)]);
  const file = await source.state();
  const hash = await hashOf(run.dataFile);
  if (random() < 0.6) {
    await source.remove(items.filter(() => random() < 0.1));
    await source.put(randomItems(random, shape, { items: 5, padding: 0, everyItem: false }));
    await source.put(randomItems(random, shape, { items: 3, padding: 0, everyItem: false }, 600));
  }
  const difference = compareStates(file, await source.state());
  const args = ['verify', run.dataFile, '--table', source.name];
  const { ended, demands } = await run.disturbed(args, []);
  if ((await hashOf(run.dataFile)) !== hash) run.violated('altered', 'the file that was verified changed');
  if (!demands.refusal && !demands.replacedTable) {
    expectVerdict(run, ended.code, ended.stdout, file.size, difference);
  }
  const undisturbed = await run.plain(args);
  const now = compareStates(file, await source.state());
  if (undisturbed.stdout === '') run.violated('wedged', `after the fault: ${undisturbed.stderr}`);
  expectVerdict(run, undisturbed.code, undisturbed.stdout, file.size, now);
}

/** A verdict, if there is one, has to be the oracle's. */
function expectVerdict(
  run: Run,
  code: number | null,
  stdout: string,
  lines: number,
  { same, changed, missing, extra }: StateDifference,
): void {
  const [result] = stdout === '' ? [] : parseRun<VerifyJson>(stdout).results;
  const equal = changed + missing + extra === 0;
  if (code === 0 && !equal) run.violated('claimed', 'exit status 0, although file and table differ');
  if (code === 0 && result?.equal !== true)
    run.violated('claimed', 'exit status 0 without the verdict that they are equal');
  if (typeof result?.equal !== 'boolean') return;
  const said = [result.equal, result.items, result.same, result.changed, result.missing, result.extra];
  const really = [equal, lines, same, changed, missing, extra];
  if (said.join() !== really.join()) {
    run.violated(
      'claimed',
      `equal, items, same, changed, missing, extra: said ${said.join()}, really ${really.join()}`,
    );
  }
}
