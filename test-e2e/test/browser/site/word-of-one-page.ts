import type { MarkdownFile } from './markdown-files.ts';

/** A word that is in the text of one page of a folder alone, not in a heading. The pages change, so it is looked for. */
export function wordOfOnePage(
  files: readonly MarkdownFile[],
  folder: string,
): { readonly word: string; readonly path: string } {
  for (const { path, text } of files.filter((file) => file.path.startsWith(folder))) {
    const others = files.filter((file) => file.path !== path).map((file) => file.text.toLowerCase());
    // The paragraph under the title: blocks of code and links are left out.
    const words = text
      .split('\n')
      .filter((line) => /^[A-Z][\w ,.]+$/.test(line))
      .flatMap((line) => line.toLowerCase().split(/[ ,.]+/));
    const word = words.find((each) => each.length > 6 && !others.some((other) => other.includes(each)));
    if (word !== undefined) return { word, path };
  }
  throw new Error(`no page in ${folder} has a word of its own`);
}
