import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Demands of each function in the reference that it has an example, and of each example that it compiles. Reads what
 * typedoc wrote; with --list it only names the functions that lack an example.
 */
const FOLDER = new URL('examples/', import.meta.url);
const TSC = new URL('../node_modules/.bin/tsc', import.meta.url).pathname;

/** typedoc's numbers for kinds of reflections. */
const FUNCTION = 64;

/** @typedef {{ name: string, kind: number, comment?: Comment, signatures?: Reflection[], children?: Reflection[] }} Reflection */
/** @typedef {{ blockTags?: { tag: string, content: { text: string }[] }[] }} Comment */

const reference = /** @type {Reflection} */ (JSON.parse(await readFile(new URL('reference.json', FOLDER), 'utf8')));
const missing = [];
const files = new Map();

for (const { path, reflection } of reflectionsIn(reference, [])) {
  const examples = examplesOf(reflection);
  if (reflection.kind === FUNCTION && !examples.some((example) => example.includes(reflection.name))) {
    missing.push(path.join(' '));
  }
  for (const [index, example] of examples.entries()) {
    const name = `${path.join('-').replace(/[^\w-]+/g, '_')}-${index + 1}.ts`;
    files.set(name, `${example}\nexport {};\n`);
  }
}

for (const name of missing) say(`${name} has no @example with a block of \`\`\`ts that calls it`);
if (process.argv.includes('--list')) process.exit();

await mkdir(FOLDER, { recursive: true });
for (const [name, text] of files) await writeFile(new URL(name, FOLDER), text);
await writeFile(
  new URL('tsconfig.json', FOLDER),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: { noEmit: true, noUnusedLocals: false, noUnusedParameters: false },
    files: [...files.keys()],
  }),
);
await promisify(execFile)(TSC, ['-p', FOLDER.pathname]).then(
  () => say(`${files.size} examples compile`),
  ({ stdout }) => {
    say(stdout);
    process.exitCode = 1;
  },
);
if (missing.length > 0) process.exitCode = 1;

/** @type {(line: string) => void} */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @returns {Generator<{ path: string[], reflection: Reflection }>} */
function* reflectionsIn(/** @type {Reflection} */ parent, /** @type {string[]} */ path) {
  for (const reflection of parent.children ?? []) {
    const inner = [...path, reflection.name];
    yield { path: inner, reflection };
    yield* reflectionsIn(reflection, inner);
  }
}

/** @returns {string[]} */
function examplesOf(/** @type {Reflection} */ { comment, signatures = [] }) {
  return [comment, ...signatures.map((signature) => signature.comment)]
    .flatMap((each) => each?.blockTags ?? [])
    .filter(({ tag }) => tag === '@example')
    .flatMap(({ content }) => [
      ...content
        .map(({ text }) => text)
        .join('')
        .matchAll(/```ts\n([\s\S]*?)```/g),
    ])
    .map(([, code = '']) => code);
}
