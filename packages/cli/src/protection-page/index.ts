export { PAGE_POLICY } from './document.ts';
export { protectionPage } from './protection-page.ts';
export { rehearsalPage } from './rehearsal-page.ts';
