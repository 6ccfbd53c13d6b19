import { PAGE_STYLE_SOURCE } from '@cumulus/cli/protection-page';

// Imported on demand: few requests are for the page.
export { protectionPage, withFixes } from '@cumulus/cli/protection-page';

/** What the page of protection may do: have its one style, and an icon of its own. It loads nothing and runs nothing. */
export const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  styleSrc: [PAGE_STYLE_SOURCE],
  imgSrc: ['data:'],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};
