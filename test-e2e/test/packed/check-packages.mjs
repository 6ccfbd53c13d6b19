import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

/*
 * What publint and attw find wrong with packages: `node check-packages.mjs TARBALL…` prints a list of problems for each. One
 * process for all, since loading attw's TypeScript takes longer than a check.
 */

/** The ways to resolve modules that packages of ES modules alone do not serve. */
const NOT_SERVED = ['node10', 'node16-cjs'];

const checked = process.argv.slice(2).map(async (path) => {
  const tarball = new Uint8Array(await readFile(path));
  const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true, level: 'error' });
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
  return [
    ...messages,
    ...(types ? [] : [{ kind: 'NoTypes' }]),
    ...problems.filter((problem) => !('resolutionKind' in problem && NOT_SERVED.includes(problem.resolutionKind))),
  ];
});
process.stdout.write(JSON.stringify(await Promise.all(checked)));
