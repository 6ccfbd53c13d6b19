import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface MarkdownFile {
  /** `how-to/logs.md`, from the folder. */
  readonly path: string;
  readonly text: string;
}

/** The Markdown files in a folder and in the folders under it. */
export async function markdownFiles(folder: string): Promise<readonly MarkdownFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(names.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
}
