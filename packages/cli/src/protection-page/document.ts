import { createHash } from 'node:crypto';
import { type Content, html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/**
 * The source of the pages' one style, which `style-src` of a Content-Security-Policy has to permit. The pages load nothing else and run
 * nothing; they have such a policy in themselves too.
 *
 * @example
 * ```ts
 * import { PAGE_STYLE_SOURCE } from '@cumulus/cli/protection-page';
 *
 * const policy = `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; img-src data:; frame-ancestors 'none'`;
 * ```
 */
export const PAGE_STYLE_SOURCE: string = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The icon is an empty one, so that a browser asks for none. */
const POLICY = `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; img-src data:; base-uri 'none'; form-action 'none'`;

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
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
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
