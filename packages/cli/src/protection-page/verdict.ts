import { html, Markup } from './markup.ts';

/** How good or bad something is, which shape, word and colour show together. */
export type Tone = 'good' | 'warning' | 'bad' | 'unknown';

/** What is drawn for each tone, in a square of 24: shapes that differ without colour. */
const SHAPES: { readonly [tone in Tone]: string } = {
  good: '<circle class="shape" cx="12" cy="12" r="11"/><path class="sign" d="M6.5 12.5l3.7 3.7 7.3-7.9"/>',
  warning: '<path class="shape" d="M12 1.5 23.5 22H.5z"/><path class="sign" d="M12 8.5v6M12 18v.4"/>',
  bad: '<path class="shape" d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z"/><path class="sign" d="M8 8l8 8M16 8l-8 8"/>',
  unknown: '<rect class="shape" x="1" y="1" width="22" height="22" rx="3"/><path class="sign" d="M8 12h8"/>',
};

/** The sign of a tone, beside a word that says the same. */
export function sign(tone: Tone): Markup {
  return html`<svg class="sign-of-${tone}" viewBox="0 0 24 24" aria-hidden="true">${new Markup(SHAPES[tone])}</svg>`;
}

/** A word with the sign and the colour of its tone. */
export function badge(tone: Tone, word: string): Markup {
  return html`<span class="badge ${tone}">${sign(tone)}${word}</span>`;
}

/** What verdicts and outcomes look like, and the words for them. */
export const TONES = {
  protected: ['good', 'protected'],
  warning: ['warning', 'protected, with warnings'],
  unprotected: ['bad', 'not protected'],
  proved: ['good', 'came back, proved'],
  restored: ['warning', 'came back, not proved'],
  failed: ['bad', 'did not come back'],
} as const satisfies { readonly [name: string]: readonly [tone: Tone, word: string] };

/** The badge of a verdict or an outcome. */
export function badgeOf(name: keyof typeof TONES): Markup {
  const [tone, word] = TONES[name];
  return badge(tone, word);
}
