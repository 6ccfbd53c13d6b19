import { printable } from '../output/printable.ts';

/** A piece of HTML, which is put into another piece as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a piece of HTML can hold: texts and numbers are escaped, pieces of HTML are not; `undefined` and `false` are nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML, from a template literal. Whatever text is put into it is escaped, and shown as a terminal would print it. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const parts = strings.map((text, at) => (at === 0 ? text : `${textOf(contents[at - 1])}${text}`));
  return new Markup(parts.join(''));
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return printable(String(content)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
