export { withFixes } from '../output/protection-fixes.ts';
export { PAGE_STYLE_SOURCE } from './document.ts';
export { protectionPage } from './protection-page.ts';
export { rehearsalPage } from './rehearsal-page.ts';
