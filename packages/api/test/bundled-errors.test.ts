import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

/** What is written in a file, and in the parts of a function that are in it as text. */
function writtenIn(file: URL): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const parts = text.matchAll(/":"([\w+/=]{50,})"/g);
  return [text, ...[...parts].map(([, part = '']) => inflateSync(Buffer.from(part, 'base64')).toString())];
}

test.each([
  ['command', '../dist/bin/', '.js'],
  ['functions', '../dist/lambda/bundle/', '.mjs'],
])(
  'the bundle of the %s has the errors of this project under their own names, which people read',
  (_, path, ending) => {
    const folder = new URL(path, import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith(ending));
    const classes = files.flatMap((file) =>
      writtenIn(new URL(file, folder)).flatMap((text) => {
        const declared = text.matchAll(/(?:class (\w+)|(\w+)=class) extends (?:\w+\.)?(\w+)/g);
        return [...declared].map(([, own, assigned, base = '']) => ({ name: own ?? assigned ?? '', base }));
      }),
    );
    const errors = new Set(['CumulusError']);
    for (let before = 0; before < errors.size; ) {
      before = errors.size;
      for (const { name, base } of classes) if (errors.has(base)) errors.add(name);
    }
    expect(errors.size).toBeGreaterThan(50);
    // esbuild numbers one of two that have the same name in a file.
    expect([...errors].filter((name) => !/^[A-Z].*Error$/.test(name))).toEqual([]);
  },
);
