import { type Content, html, type Markup } from './markup.ts';

/** A fact with its name. */
export function entry(name: string, value: Content): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
