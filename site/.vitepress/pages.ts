import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

/** The repository: its Markdown files are the pages, where they are. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Markdown files that are no pages. */
export const NO_PAGES = ['{backups,bench-results,scripts,test-e2e}/**', 'packages/**'];

/** From a file's path in the repository to its page's in the site; the first that matches holds. */
const PLACES: readonly (readonly [file: RegExp, page: string])[] = [
  [/^docs\/(.+)\.md$/, '$1.md'],
  [/^site\/library\/(.+)\.md$/, 'reference/library/$1.md'],
  [/^site\/source\/(.+)\.md$/, 'source/$1.md'],
  [/^tf-modules\/README\.md$/, 'reference/terraform/index.md'],
  [/^tf-modules\/([^/]+)\/README\.md$/, 'reference/terraform/$1.md'],
  [/^([A-Z]+)\.md$/, 'project/$1.md'],
];

/** A page: the file that it is written in, where it is in the site, and its first heading. */
export interface Page {
  readonly file: string;
  readonly path: string;
  readonly title: string;
}

/** `docs/how-to/logs.md` → `how-to/logs.md`; nothing for a file that is no page. */
export function pagePath(file: string): string | undefined {
  const [pattern, page] = PLACES.find(([each]) => each.test(file)) ?? [];
  return pattern === undefined || page === undefined ? undefined : file.replace(pattern, page).toLowerCase();
}

/** All pages but those that show sources. */
export function findPages(): readonly Page[] {
  const files = [...readdirSync(REPOSITORY), ...['docs', 'tf-modules', 'site/library'].flatMap(filesIn)];
  return files.flatMap((file) => {
    const path = pagePath(file);
    return path === undefined || !isFile(file) ? [] : [{ file, path, title: firstHeading(read(file)) }];
  });
}

/**
 * What a link from a file of the repository is in the site. A link to a folder leads to its README; a link to a file
 * or folder that is no page leads to a page that shows it.
 */
export function siteLink(from: string, link: string): string {
  const target = linkedPath(from, link);
  if (target === undefined) return link;
  return `/${findPagePath(target) ?? `${sourcePath(target)}.md`}${/#.*$/.exec(link)?.[0] ?? ''}`;
}

/** The page that shows a file or a folder, without its extension. */
export function sourcePath(path: string): string {
  return `source/${path.replace(/^\./, '').toLowerCase()}`;
}

/** The files in a folder of the repository and in the folders under it, by their paths in the repository. */
export function filesIn(folder: string): readonly string[] {
  if (!exists(folder)) return [];
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .filter(isFile);
}

export function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

export function isFile(path: string): boolean {
  return exists(path) && statSync(join(REPOSITORY, path)).isFile();
}

export function exists(path: string): boolean {
  return existsSync(join(REPOSITORY, path));
}

/** The path in the repository that a link in one of its files leads to; nothing for links to elsewhere. */
export function linkedPath(from: string, link: string): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(link)) return undefined;
  const target = resolve(REPOSITORY, dirname(from), decodeURI(link.replace(/#.*$/, '')));
  return relative(REPOSITORY, target).split(sep).join('/');
}

/** The page of a file, or of a folder. A package's README is on the first page of its reference. */
export function findPagePath(target: string): string | undefined {
  const [, name] = /^packages\/([^/]+)(?:\/README\.md)?$/.exec(target) ?? [];
  if (name !== undefined) return `reference/library/${name}/index.md`;
  return [target, posix.join(target, 'README.md')]
    .filter(isFile)
    .map(pagePath)
    .find((path) => path !== undefined);
}

function firstHeading(text: string): string {
  const [, title = ''] = /^# (.+)$/m.exec(text) ?? [];
  return title.replaceAll('`', '');
}
