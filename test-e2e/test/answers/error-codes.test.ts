import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');

interface ErrorClass {
  readonly name: string;
  readonly parent: string;
  readonly isAbstract: boolean;
  readonly code: string | undefined;
}

const classes = ['dynamodb', 'models', 'cli', 'api'].flatMap((folder) => errorClasses(join(ROOT, 'packages', folder)));

function errorClasses(packageFolder: string): readonly ErrorClass[] {
  const folder = join(packageFolder, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const declarations = readFileSync(join(folder, file), 'utf8').matchAll(
      /^(?:export )?(abstract )?class (\w+) extends (\w+) \{([\s\S]*?)\}$/gm,
    );
    return [...declarations].map(([, isAbstract, name = '', parent = '', body = '']) => ({
      name,
      parent,
      isAbstract: isAbstract !== undefined,
      code: /readonly code(?:: string)? = '([A-Z][A-Z_]*[A-Z])';/.exec(body)?.[1],
    }));
  });
}

function isForCallers({ name, parent }: ErrorClass): boolean {
  if (parent === 'CumulusError' || name === 'UsageError') return true;
  const above = classes.find((each) => each.name === parent);
  return above !== undefined && isForCallers(above);
}

const forCallers = classes.filter((each) => isForCallers(each) && !each.isAbstract);

test('each error that a caller can act on has a code of its own', () => {
  expect(forCallers.length).toBeGreaterThan(50);
  expect(forCallers.filter(({ code }) => code === undefined)).toEqual([]);
  const codes = forCallers.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test('docs/reference/errors.md lists each code with its class, and nothing else', () => {
  const rows = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8').matchAll(
    /^\| `([A-Z_]+)` \| `(\w+)` \| \S.* \|$/gm,
  );
  const documented = [...rows].map(([, code, name]) => `${code} ${name}`);
  expect(documented.toSorted()).toEqual(forCallers.map(({ code, name }) => `${code} ${name}`).toSorted());
});
