import { relative, sep } from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig, type MarkdownRenderer } from 'vitepress';
import { NO_PAGES, pagePath, REPOSITORY, siteLink } from './pages.ts';
import { firstPage, sidebar } from './sidebar.ts';

const NAVIGATION = [
  { text: 'Tutorial', link: firstPage('tutorial') },
  { text: 'How-to', link: firstPage('how-to') },
  { text: 'Reference', link: firstPage('reference') },
  { text: 'Explanation', link: firstPage('explanation') },
  { text: 'Benchmarks', link: '/benchmarks' },
].flatMap(({ text, link }) => (link === undefined ? [] : [{ text, link, activeMatch: `^/${link.split('/')[1]}` }]));

export default defineConfig({
  title: 'Cumulus metadata in DynamoDB',
  description: 'Tables, backup, recovery and HTTP API of the metadata of Cumulus',
  lang: 'en-US',
  // A browser that finds no icon asks the host for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: REPOSITORY,
  srcExclude: NO_PAGES,
  outDir: 'dist',
  cacheDir: '.vitepress/cache',
  rewrites: (file) => pagePath(file) ?? file,
  // Written to be read on a screen of any size, without a server's help.
  cleanUrls: false,
  markdown: {
    // In our pages, `{name}` at the end of a heading is text; library-pages.mjs gives anchors so.
    attrs: { leftDelimiter: '{:', rightDelimiter: '}' },
    languageAlias: { crontab: 'bash', insights: 'sql' },
    // Anchors as GitHub makes them: links to them hold in both.
    anchor: { slugify: slug },
    config: (markdown) => {
      linkWithinSite(markdown);
      bundlePictures(markdown);
      drawMermaid(markdown);
    },
  },
  vite: {
    // The library's doors are long pages.
    build: { chunkSizeWarningLimit: 5_000 },
  },
  themeConfig: {
    // Short enough for the bar of a phone.
    siteTitle: 'Cumulus metadata',
    nav: NAVIGATION,
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
    externalLinkIcon: true,
  },
});

/** Links are written for readers of the repository: relative, to files and folders. */
function linkWithinSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('link-within-site', ({ tokens, env }) => {
    const from = relative(REPOSITORY, env.realPath ?? env.path)
      .split(sep)
      .join('/');
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', siteLink(from, href));
    }
  });
}

/** Vue takes `docs/pictures/a.svg` in HTML for the name of a package, and `./docs/pictures/a.svg` for a file. */
function bundlePictures(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('bundle-pictures', ({ tokens }) => {
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      if (!token.type.startsWith('html_')) continue;
      token.content = token.content.replace(/\b(src|srcset)="(?![a-z]+:|[./])/g, '$1="./');
    }
  });
}

/** A block of Mermaid becomes a diagram; see theme/MermaidDiagram.vue. */
function drawMermaid(markdown: MarkdownRenderer): void {
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info.trim() !== 'mermaid') return fence?.(tokens, index, ...rest) ?? '';
    return `<MermaidDiagram source="${encodeURIComponent(token.content)}" />`;
  };
}
