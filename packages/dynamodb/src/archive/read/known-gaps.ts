import type { ExportChain } from './export-chain.ts';
import type { StreamArchive } from './stream-archive.ts';

/** A time in which changes of a table may be missing, in milliseconds since 1970. */
export interface KnownGap {
  /** Undefined for all time before the archive. */
  readonly from: number | undefined;
  readonly until: number;
}

/**
 * The gaps of all shards and streams, in the order of time; those that touch or overlap are one. A later stream begins with a gap: what was
 * changed since the one before it was last read.
 */
export function knownGaps(streams: readonly StreamArchive[]): readonly KnownGap[] {
  const gaps = streams.flatMap(({ gaps: ofStream }, index) =>
    ofStream.map(({ from, until }) => ({
      from: from === null ? streams[index - 1]?.readTo : Date.parse(from),
      until: Date.parse(until),
    })),
  );
  const joined: { from: number | undefined; until: number }[] = [];
  for (const gap of gaps.sort((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    const last = joined.at(-1);
    if (last === undefined || (gap.from ?? 0) > last.until) joined.push(gap);
    else last.until = Math.max(last.until, gap.until);
  }
  return joined;
}

/** The gaps between exports, in the order of time. */
export function gapsOfExports(chains: readonly ExportChain[]): readonly KnownGap[] {
  return chains
    .flatMap(({ gaps }) => gaps)
    .map(({ from, until }) => ({ from: from === null ? undefined : Date.parse(from), until: Date.parse(until) }));
}
