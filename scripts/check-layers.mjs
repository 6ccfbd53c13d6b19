import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from '@swc/core';
import { FORBIDDEN, LAYERS } from './layers.mjs';

/**
 * Checks the imports of all sources against the layers. Imports of types count, and also those in `import('./x.ts').T`, which
 * Biome does not look at.
 * @param root the folder of the repository
 * @returns a line for each problem; none where all is well
 */
function checkLayers(root) {
  const missing = readdirSync(join(root, 'packages'))
    .map((folder) => `packages/${folder}`)
    .filter((name) => LAYERS[name] === undefined)
    .map((name) => `${name}: has no layers in scripts/layers.mjs`);
  const problems = Object.entries(LAYERS).flatMap(([name, tower]) => {
    const src = resolve(root, name, 'src');
    const under = new Map(Object.keys(tower).map((layer) => [layer, allUnder(layer, tower, name)]));
    const files = readdirSync(src, { recursive: true }).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => {
      const path = join(src, file);
      const place = `${relative(root, path)}:`;
      const layer = layerOf(file);
      if (!under.has(layer)) return [`${place} ${layer} has no line in scripts/layers.mjs`];
      return importsOf(path).flatMap(({ from, isTypeExpression }) => {
        if (!from.startsWith('.')) {
          return FORBIDDEN[name]?.some((pattern) => pattern.test(from))
            ? [`${place} ${name} may not import ${from}`]
            : [];
        }
        if (isTypeExpression) return [`${place} import the type of ${from} at the top`];
        const imported = layerOf(relative(src, resolve(dirname(path), from)));
        const isFine = imported === layer || under.get(layer).has(imported);
        return isFine ? [] : [`${place} ${layer} does not stand on ${imported}, and may not import ${from}`];
      });
    });
  });
  return [...missing, ...problems];
}

/** The folder of `src/`, or the file in it. */
function layerOf(file) {
  return file.split(sep)[0];
}

function allUnder(layer, tower, name, above = []) {
  if (above.includes(layer)) throw new Error(`${name}: ${[...above, layer].join(' → ')} is a circle`);
  if (tower[layer] === undefined) throw new Error(`${name}: ${layer} has no line in scripts/layers.mjs`);
  return new Set(tower[layer].flatMap((next) => [next, ...allUnder(next, tower, name, [...above, layer])]));
}

/** What a file imports or exports again, in any form. */
function importsOf(path) {
  const found = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    const { type, source, callee, argument, arguments: args } = node;
    if (/^(Import|Export(Named|All))Declaration$/.test(type) && source) found.push({ from: source.value });
    if (type === 'CallExpression' && callee.type === 'Import') found.push({ from: args[0].expression.value ?? '' });
    if (type === 'TsImportType') found.push({ from: argument.value, isTypeExpression: true });
    Object.values(node).forEach(visit);
  };
  visit(parseSync(readFileSync(path, 'utf8'), { syntax: 'typescript', target: 'es2024' }).body);
  return found;
}

if (process.argv[1] === import.meta.filename) {
  for (const problem of checkLayers(resolve(process.argv[2] ?? join(import.meta.dirname, '..')))) {
    process.stdout.write(`${problem}\n`);
    process.exitCode = 1;
  }
}
