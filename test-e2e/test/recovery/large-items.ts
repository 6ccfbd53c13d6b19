import type { Item } from '@cumulus/test-kit/tables';

/** Items of about 300 KB each, so that few make a table whose backup takes several parts. */
export function largeItems(count: number): Item[] {
  return Array.from({ length: count }, (_, number) => ({
    granuleId: { S: `large-${number}` },
    content: { S: String.fromCharCode(97 + (number % 26)).repeat(300_000) },
  }));
}
