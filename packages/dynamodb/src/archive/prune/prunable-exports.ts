import { type ChainedExport, type ExportChain, type ExportRun, endOf } from '../read/export-chain.ts';

/** Exports of a chain that go. */
export interface PrunedExports {
  readonly chain: ExportChain;
  /** In their order. Those that an interrupted pruning has left are not among them. */
  readonly exports: readonly ChainedExport[];
  /** The seconds that the others give, in milliseconds since 1970. */
  readonly stays: readonly number[];
}

/**
 * The exports that nothing needs any more: those before the newest full export by which every end of a window from a time on can be restored.
 * The last full export, and what follows it, stays in any case, since the chain goes on there.
 * @param chains in the order of time
 * @param cutoff in milliseconds since 1970
 */
export function prunableExports(chains: readonly ExportChain[], cutoff: number): readonly PrunedExports[] {
  const last = chains.findLast(({ runs }) => runs.length > 0);
  return chains.map((chain) => {
    const { runs } = chain;
    const needed = firstNeeded(runs, cutoff);
    const first = chain === last ? Math.min(needed, runs.length - 1) : needed;
    return {
      chain,
      exports: runs.slice(0, first).flatMap(exportsOf),
      stays: runs.slice(first).flatMap((run) => exportsOf(run).map(endOf)),
    };
  });
}

/** The first run with an end that no later run has. */
function firstNeeded(runs: readonly ExportRun[], cutoff: number): number {
  const later = new Set<number>();
  let first = runs.length;
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const ends = exportsOf(runs[index] as ExportRun).map(endOf);
    if (ends.some((end) => end >= cutoff && !later.has(end))) first = index;
    for (const end of ends) later.add(end);
  }
  return first;
}

function exportsOf({ full, increments }: ExportRun): readonly ChainedExport[] {
  return [full, ...increments];
}
