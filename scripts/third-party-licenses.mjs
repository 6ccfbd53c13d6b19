import { readdir, readFile } from 'node:fs/promises';

/**
 * The packages in a bundle by their licences: whoever passes these packages on has to pass on their licences. A text
 * that several have is there once.
 * @param {import('esbuild').Metafile} metafile of the bundle
 */
export async function thirdPartyLicenses({ inputs }) {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? []),
  );
  /** @type {Map<string, string[]>} */
  const packages = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : (await readFile(`${folder}/${file}`, 'utf8')).trim();
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...packages]
    .map(([text, names]) => [...names, ...(text === '' ? [] : ['', text]), ''].join('\n'))
    .join(`\n${'-'.repeat(80)}\n\n`);
}
