import { seededRandom } from '../test/kit/faults/random.ts';
import { backupStory } from './backup-story.ts';
import { copyStory } from './copy-story.ts';
import { type FaultKind, STORIES, type Story } from './fault-kind.ts';
import { FILE_KINDS } from './file-kinds.ts';
import { NETWORK_KINDS } from './network-kinds.ts';
import { PROCESS_KINDS } from './process-kinds.ts';
import { pick } from './random-table.ts';
import { restoreStory } from './restore-story.ts';
import { Run, type RunResult, type Violation } from './run.ts';
import { ownProcesses, type Runner } from './runner.ts';
import { verifyStory } from './verify-story.ts';

export const KINDS: readonly FaultKind[] = [...NETWORK_KINDS, ...PROCESS_KINDS, ...FILE_KINDS];

const WORK: Readonly<Record<Story, (run: Run) => Promise<void>>> = {
  backup: backupStory,
  restore: restoreStory,
  copy: copyStory,
  verify: verifyStory,
};

/** How long a command may take, in seconds, waits between its retries included. */
const SECONDS = 90;

export interface CampaignOptions {
  readonly seed: number;
  /** Runs begin until so many faults have struck. */
  readonly faults: number;
  /** Only the run of this number. */
  readonly only?: number | undefined;
  /** Runs under way at once; 2 unless given. */
  readonly atOnce?: number | undefined;
  /** {@link ownProcesses} unless given. */
  readonly runner?: Runner | undefined;
  readonly kinds?: readonly FaultKind[] | undefined;
  readonly stories?: readonly Story[] | undefined;
  /** No more runs than these. */
  readonly mostRuns?: number | undefined;
  /** How long a command may take, in seconds; {@link SECONDS} unless given. */
  readonly seconds?: number | undefined;
  /** Whether to stop at the first violation. */
  readonly toFirst?: boolean | undefined;
  readonly onRun?: ((number: number, kind: string, result: RunResult) => void) | undefined;
}

export interface CampaignResult {
  readonly seed: number;
  readonly runs: number;
  readonly commands: number;
  readonly seconds: number;
  /** Faults that struck: each kind once for each command that it struck. */
  readonly faults: number;
  readonly byKind: readonly { readonly kind: string; readonly struck: number; readonly missed: number }[];
  readonly byStory: Readonly<Record<Story, number>>;
  /** Kinds that this machine could not have, and why. */
  readonly left: readonly { readonly kind: string; readonly reason: string }[];
  readonly violations: readonly Violation[];
}

/**
 * Runs commands under faults until enough of these have struck. Everything that a run decides follows from the seed and its
 * number; when a signal arrives is the machine's to say.
 */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, faults, only, atOnce = 2, runner = ownProcesses, mostRuns = Number.POSITIVE_INFINITY } = options;
  const startedAt = performance.now();
  const asked = options.kinds ?? KINDS;
  const left = asked.flatMap(({ name, unavailable }) => {
    const reason = unavailable?.();
    return reason === undefined ? [] : [{ kind: name, reason }];
  });
  const schedule = new Schedule(seed, asked, options.stories ?? STORIES);
  const struck = new Map<string, number>();
  const missed = new Map<string, number>();
  const byStory = { backup: 0, restore: 0, copy: 0, verify: 0 };
  const violations: Violation[] = [];
  let runs = 0;
  let commands = 0;
  let count = 0;
  let next = only ?? 1;

  const work = async (): Promise<void> => {
    while (count < faults && runs < mostRuns && !(options.toFirst && violations.length > 0)) {
      if (only !== undefined && next > only) return;
      const number = next;
      next += 1;
      runs += 1;
      const planned = schedule.of(number);
      if (planned.kind.unavailable?.() !== undefined) continue;
      const run = new Run({ seed, number, ...planned, runner, seconds: options.seconds ?? SECONDS });
      const result = await run.run(WORK[planned.story]);
      commands += result.commands;
      byStory[result.story] += 1;
      for (const name of result.struck) struck.set(name, (struck.get(name) ?? 0) + 1);
      for (const name of result.missed) missed.set(name, (missed.get(name) ?? 0) + 1);
      count += result.struck.length;
      violations.push(...result.violations);
      options.onRun?.(number, planned.kind.name, result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return {
    seed,
    runs,
    commands,
    seconds: (performance.now() - startedAt) / 1000,
    faults: count,
    byKind: asked.map(({ name }) => ({ kind: name, struck: struck.get(name) ?? 0, missed: missed.get(name) ?? 0 })),
    byStory,
    left,
    violations,
  };
}

/** The kind of fault, and the command, of each run: all kinds in turn, in an order by the seed. */
class Schedule {
  readonly #seed: number;
  readonly #kinds: readonly FaultKind[];
  readonly #stories: readonly Story[];

  constructor(seed: number, kinds: readonly FaultKind[], stories: readonly Story[]) {
    this.#seed = seed;
    this.#kinds = kinds.filter((kind) => kind.stories.some((story) => stories.includes(story)));
    this.#stories = stories;
  }

  of(number: number): { readonly kind: FaultKind; readonly story: Story } {
    const round = Math.floor((number - 1) / this.#kinds.length);
    const order = shuffled(this.#kinds, seededRandom(this.#seed * 31 + round));
    const chosen = order[(number - 1) % order.length];
    if (chosen === undefined) throw new Error('There are no kinds of faults.');
    const random = seededRandom(this.#seed * 7_919 + number);
    const rare = chosen.rarity !== undefined && round % chosen.rarity !== chosen.rarity - 1;
    const kind = rare
      ? pick(
          random,
          order.filter(({ rarity }) => rarity === undefined),
        )
      : chosen;
    return {
      kind,
      story: pick(
        random,
        kind.stories.filter((story) => this.#stories.includes(story)),
      ),
    };
  }
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
