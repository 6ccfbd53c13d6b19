import { StringSource } from 'textlint-util-to-string';

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * A rule of textlint: no sentence of a paragraph, a list or a cell of a table has more than `max` words. Code is one word.
 * The published rule ends a sentence at each line break, and so never finds one in a page that is wrapped.
 */
export function sentenceLength({ Syntax, RuleError, report, locator }, { max }) {
  const check = (node) => {
    const source = new StringSource(node, {
      replacer: ({ node: part, maskValue }) => (part.type === Syntax.Code ? maskValue('X') : undefined),
    });
    // As long as before, so that each place stays what it was.
    const text = source.toString().replaceAll('\n', ' ');
    for (const { segment, index } of SENTENCES.segment(text)) {
      const words = segment.match(/[\p{L}\p{N}_]\S*/gu)?.length ?? 0;
      if (words <= max) continue;
      const start = source.originalIndexFromIndex(index) ?? 0;
      report(node, new RuleError(`This sentence has ${words} words; ${max} at most.`, { padding: locator.at(start) }));
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.TableCell]: check };
}
