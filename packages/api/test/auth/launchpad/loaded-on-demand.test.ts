import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

/** Modules of CommonJS that an API has loaded after some code of its own. */
function loadedAfter(code: string): string {
  const program = `${code}; process.stdout.write(Object.keys(process.getBuiltinModule('node:module')._cache).join())`;
  const folder = new URL('../../../dist/', import.meta.url).href;
  const args = ['--input-type=module', '-e', program.replaceAll('DIST/', folder)];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

describe('the library for SAML', () => {
  test('is not loaded by an API without Launchpad', () => {
    expect(loadedAfter("await import('DIST/app.js'); await import('DIST/services.js')")).not.toMatch(
      /saml|xmldom|xpath/,
    );
    expect(loadedAfter("await import('@node-saml/node-saml')")).toMatch(/saml.*xmldom/);
  });
});
