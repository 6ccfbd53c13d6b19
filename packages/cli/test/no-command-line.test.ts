import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** Commands of other tools, as advice has them, have options of their own. */
const OTHER_TOOLS = /\b(?:aws \w+|ion cat|unzstd) [^'"`]*/g;

/** The source files of a package, without their comments and the commands of other tools. */
function sourcesOf(name: string): ReadonlyMap<string, string> {
  const folder = fileURLToPath(new URL(`../../${name}/src/`, import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      const source = readFileSync(`${folder}${file}`, 'utf8');
      const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
      return [file, code.replace(OTHER_TOOLS, '')];
    }),
  );
}

test.each(['dynamodb', 'models'])('@cumulus/%s names no option and no command of the command line', (name) => {
  const sources = sourcesOf(name);
  expect(sources.size).toBeGreaterThan(50);
  const named = [...sources].flatMap(([file, source]) =>
    (source.match(/^.*(?:['"`\s]--[a-z][\w-]+|cumulus-api\b).*$/gm) ?? []).map((line) => `${file}: ${line.trim()}`),
  );
  expect(named).toEqual([]);
});
