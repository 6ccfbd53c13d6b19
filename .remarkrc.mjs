import wellFormedLinks from './scripts/prose/well-formed-links.mjs';

/** Links of all Markdown files: files and headings that they lead to exist; addresses elsewhere are not fetched. */
export default {
  plugins: [['remark-validate-links', { repository: false }], wellFormedLinks],
};
