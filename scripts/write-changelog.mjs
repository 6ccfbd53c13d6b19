import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import getReleasePlan from '@changesets/get-release-plan';

/**
 * Moves the change notes in .changeset into CHANGELOG.md, under the version that they make. All packages have one
 * version, and so one changelog. A version that the changelog does not have yet is still to be released: it keeps its
 * number.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CHANGELOG = `${ROOT}CHANGELOG.md`;
const HEADINGS = { major: 'Incompatible changes', minor: 'New', patch: 'Fixed' };

const { changesets, releases } = await getReleasePlan(ROOT);
const changelog = await readFile(CHANGELOG, 'utf8');
const { version: current } = JSON.parse(await readFile(`${ROOT}packages/api/package.json`, 'utf8'));
const unreleased = !changelog.includes(`\n## ${current}\n`);
const version = unreleased ? current : releases.find(({ name }) => name === '@cumulus/api')?.newVersion;
if (changesets.length === 0 || version === undefined) throw new Error('There are no change notes in .changeset.');

const sections = Object.entries(HEADINGS).map(([type, heading]) => {
  const notes = changesets.filter(({ releases }) => releases.some((release) => release.type === type));
  return notes.length === 0 ? '' : `\n### ${heading}\n\n${notes.map(({ summary }) => asListItem(summary)).join('')}`;
});
const [introduction, ...earlier] = changelog.split(/^(?=## )/m);
const text = [`${introduction.trimEnd()}\n\n`, `## ${version}\n${sections.join('')}\n`, ...earlier].join('');
await writeFile(CHANGELOG, `${text.trimEnd()}\n`);

if (unreleased) await Promise.all(changesets.map(({ id }) => rm(`${ROOT}.changeset/${id}.md`)));
else {
  execFileSync('npx', ['changeset', 'version'], { cwd: ROOT, stdio: 'inherit' });
  for (const name of ['api', 'cli', 'dynamodb']) {
    const file = `${ROOT}packages/${name}/src/version.ts`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/'.+'/, `'${version}'`));
  }
}

/** @type {(summary: string) => string} */
function asListItem(summary) {
  return `- ${summary.trim().replaceAll('\n', '\n  ').replace(/ +$/gm, '')}\n`;
}
