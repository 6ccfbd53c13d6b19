import type { Usage } from './measure.ts';

/** A promise on a row, and whether the run kept it. */
export interface Bound {
  readonly promise: string;
  readonly met: boolean;
}

/** One line of the table that is printed. */
export interface Row {
  readonly name: string;
  readonly usage: Usage;
  /** The median over the pairs of how many times the floor's time it took. */
  readonly ratio?: number | undefined;
  readonly bounds: readonly Bound[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The medians of each figure. */
export function medianUsage(runs: readonly Usage[]): Usage {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: median(runs.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/** The median of the ratios of times within each pair: what else the machine does touches both of a pair. */
export function pairRatio(runs: readonly Usage[], floors: readonly Usage[]): number {
  return median(runs.map(({ seconds }, index) => seconds / (floors[index]?.seconds ?? Number.NaN)));
}

/** The bound on a figure, in words with the figure's unit. */
export function atMost(limit: number, value: number, unit: string): Bound {
  return { promise: `≤ ${limit} ${unit}`, met: value <= limit };
}

/** A table in Markdown, aligned so that it can be read as it is. */
export function formatTable(rows: readonly Row[]): string {
  const head = ['', 'seconds', 'processor s', 'peak MB', '× floor', 'promised'];
  const lines = [head, ...rows.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const [first = '', ...others] = lines.map((line) => {
    const padded = line.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === head.length - 1 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  });
  const rule = widths.map((width, column) =>
    column === 0 || column === head.length - 1 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [first, `| ${rule.join(' | ')} |`, ...others].join('\n');
}

function cells({ name, usage, ratio, bounds }: Row): readonly string[] {
  return [
    name,
    figure(usage.seconds, 2),
    figure(usage.cpuSeconds, 2),
    figure(usage.peakMegabytes, 0),
    ratio === undefined ? '' : figure(ratio, 2),
    bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`).join('; '),
  ];
}

/** A figure that was not measured is left empty. */
function figure(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}
