/** A span of time, both ends within, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The first span, in milliseconds: most readers of logs want what happened just now. */
const FIRST_SPAN = 60_000;

/** Cuts a span into at most so many, the latest first, each earlier one longer by the same factor. */
export function spansBackwards({ from, to }: Span, max: number): readonly Span[] {
  const length = to - from;
  if (length < 0) return [];
  if (length <= FIRST_SPAN) return [{ from, to }];
  const growth = (length / FIRST_SPAN) ** (1 / (max - 1));
  const starts = Array.from({ length: max - 1 }, (_, index) => Math.ceil(to - FIRST_SPAN * growth ** index));
  const spans: Span[] = [];
  let end = to;
  for (const start of [...starts, from]) {
    if (start > end) continue;
    spans.push({ from: start, to: end });
    end = start - 1;
  }
  return spans;
}
