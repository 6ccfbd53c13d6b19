import type { CampaignResult } from './campaign.ts';
import type { Violation } from './run.ts';

/** The figures of a campaign as docs/explanation/reliability.md has them. */
export function inMarkdown(result: CampaignResult): string {
  const { seed, runs, commands, faults, seconds, byKind, byStory, left, violations } = result;
  const stories = Object.entries(byStory).map(([story, count]) => `${count} of ${story}`);
  return [
    `Seed ${seed}: ${runs} runs (${stories.join(', ')}), ${commands} commands, ${faults} faults that struck, ` +
      `${violations.length} violations, in ${Math.round(seconds)} s.`,
    '',
    '| fault | struck |',
    '|---|---:|',
    ...byKind.map(({ kind, struck }) => `| ${kind} | ${struck} |`),
    `| all | ${faults} |`,
    ...left.flatMap(({ kind, reason }) => ['', `Left out: ${kind}, which ${reason}.`]),
  ].join('\n');
}

export function describeViolation(seed: number, { run, breach, what, commands }: Violation): string {
  return [
    `${breach}: ${what}`,
    ...commands.map((command) => `    ${command}`),
    `  repeat it by: npm run campaign:faults -- --seed ${seed} --only ${run}`,
  ].join('\n');
}
