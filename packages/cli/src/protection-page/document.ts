import { createHash } from 'node:crypto';
import { type Content, html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * What the pages may do: have their one style, which is named by its hash, and an empty icon. They load nothing and run nothing.
 * The page has it in itself; a server sends it as `Content-Security-Policy` too, with `frame-ancestors`.
 *
 * @example
 * ```ts
 * import { PAGE_POLICY } from '@cumulus/cli/protection-page';
 *
 * const header = `${PAGE_POLICY}; frame-ancestors 'none'`;
 * ```
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface PageParts {
  readonly title: string;
  /** What is above the content: what the page is of, and as of when. */
  readonly header: Content;
  readonly main: Content;
  readonly footer: Content;
}

/** A whole page of one piece. */
export function htmlDocument({ title, header, main, footer }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>${header}</header>
<main>
${main}
</main>
<footer>${footer}</footer>
</body>
</html>
`.text;
}
