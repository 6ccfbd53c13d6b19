import { extname } from 'node:path';
import { exists, filesIn, findPagePath, findPages, isFile, linkedPath, read, sourcePath } from '../.vitepress/pages.ts';

/** Pages that show the files and folders which other pages link to. */
export default {
  paths: () =>
    linkedSources().map((path) => ({
      params: { path: sourcePath(path).replace(/^source\//, '') },
      content: isFile(path) ? `# ${path}\n\n${show(path)}` : showFolder(path),
    })),
};

const LANGUAGES: Readonly<Record<string, string>> = { '.tf': 'hcl', '.mjs': 'js', '.yml': 'yaml' };
const KNOWN = new Set(['hcl', 'js', 'ts', 'json', 'yaml']);

/** The files and folders that pages link to and that are no pages themselves. */
function linkedSources(): readonly string[] {
  const targets = findPages().flatMap(({ file }) =>
    [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => linkedPath(file, link) ?? []),
  );
  return [...new Set(targets)].filter((target) => exists(target) && findPagePath(target) === undefined);
}

function showFolder(folder: string): string {
  const files = filesIn(folder).map((file) => `## ${file.slice(folder.length + 1)}\n\n${show(file)}`);
  return [`# ${folder}`, ...files].join('\n\n');
}

function show(file: string): string {
  const text = read(file);
  const extension = extname(file);
  if (extension === '.md') return text.replace(/^---\n[\s\S]*?\n---\n/, '');
  const language = LANGUAGES[extension] ?? extension.slice(1);
  return `~~~~~~${KNOWN.has(language) ? language : 'txt'}\n${text.trimEnd()}\n~~~~~~`;
}
