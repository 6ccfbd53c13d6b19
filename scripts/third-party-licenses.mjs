import { readdir, readFile } from 'node:fs/promises';

/**
 * The packages in a bundle by their licences: whoever passes these packages on has to pass on their licences. A text
 * that several have is there once.
 * @param {import('esbuild').Metafile} metafile of the bundle
 * @param {{ name: string, version: string }[]} bundledBefore packages that a package has in its own files, in a release that need not be installed
 */
export async function thirdPartyLicenses({ inputs }, bundledBefore = []) {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? []),
  );
  /** @type {Map<string, string[]>} */
  const packages = new Map();
  const all = [
    ...[...folders].sort().map((folder) => ({ folder })),
    ...bundledBefore.map(({ name, version }) => ({ folder: `../../node_modules/${name}`, version })),
  ];
  for (const { folder, version: bundled } of all) {
    const { name, version: installed, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const version = bundled ?? installed;
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : (await readFile(`${folder}/${file}`, 'utf8')).trim();
    const [named, others] = [`${name} ${version} (${license})`, packages.get(text) ?? []];
    if (!others.includes(named)) packages.set(text, [...others, named]);
  }
  return [...packages]
    .map(([text, names]) => [...names, ...(text === '' ? [] : ['', text]), ''].join('\n'))
    .join(`\n${'-'.repeat(80)}\n\n`);
}
