import type { DefaultTheme } from 'vitepress';
import { findPages, type Page } from './pages.ts';

/** The pages of a folder that a reader needs before others, in their order. The others follow, by their titles. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  '': ['index'],
  'how-to': [
    'deploy',
    'connect-to-aws',
    'create-tables',
    'back-up',
    'back-up-to-s3',
    'script-backups',
    'restore',
    'verify',
    'recover',
    'serve-the-api',
    'log-in',
    'record-workflows',
    'rules',
    'read-logs',
  ],
  reference: ['commands', 'terraform', 'library', 'errors', 'json', 'backup-format'],
  project: ['readme', 'changelog', 'contributing', 'architecture', 'security'],
};

/** The kinds of pages: a folder each. */
const KINDS: readonly { readonly text: string; readonly folder: string; readonly collapsed: boolean }[] = [
  { text: 'Tutorial', folder: 'tutorial', collapsed: false },
  { text: 'How-to', folder: 'how-to', collapsed: false },
  { text: 'Reference', folder: 'reference', collapsed: false },
  { text: 'Explanation', folder: 'explanation', collapsed: false },
  { text: 'Project', folder: 'project', collapsed: true },
];

/** All pages by their kinds. A page that is added appears under its first heading. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const pages = findPages();
  const [map, ...others] = itemsOf(pages, '');
  const kinds = KINDS.map(({ text, folder, collapsed }) => ({ text, collapsed, items: itemsOf(pages, `${folder}/`) }));
  return [...(map === undefined ? [] : [map]), ...kinds.filter(({ items }) => items.length > 0), ...others];
}

/** Where the navigation leads for a kind of pages, if there are any. */
export function firstPage(folder: string): string | undefined {
  const [first] = itemsOf(findPages(), `${folder}/`);
  return first?.link;
}

/** The pages right in a folder, and a group for each folder in it that has a first page. */
function itemsOf(pages: readonly Page[], folder: string): DefaultTheme.SidebarItem[] {
  const items = pages
    .filter(({ path }) => path.startsWith(folder))
    .flatMap(({ path, title }) => {
      const [, name = '', isFolder, rest] = /^([^/]+?)(\/)?(index\.md|\.md)?$/.exec(path.slice(folder.length)) ?? [];
      // A folder's own first page is what its group leads to.
      if (rest === undefined || (name === 'index' && folder !== '')) return [];
      const inner = isFolder === undefined ? [] : itemsOf(pages, `${folder}${name}/`);
      const group = inner.length === 0 ? {} : { collapsed: true, items: inner };
      return [{ name, item: { text: title, link: link(path), ...group } }];
    });
  const first = FIRST[folder.replace(/\/$/, '')] ?? [];
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return items
    .toSorted((one, other) => rank(one.name) - rank(other.name) || one.item.text.localeCompare(other.item.text, 'en'))
    .map(({ item }) => item);
}

function link(path: string): string {
  return `/${path.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`;
}
