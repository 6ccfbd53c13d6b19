#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// In git, since npm links a command only if its file is there: without the link, npx would ask the public registry for a package of
// this name.
const built = new URL('../dist/bin/main.js', import.meta.url);

if (existsSync(built)) {
  const { runProcess } = await import(built.href);
  process.exitCode = await runProcess(process.argv.slice(2));
} else {
  const clone = fileURLToPath(new URL('../../..', import.meta.url));
  process.stderr.write(`cumulus-api: not built yet; run npm ci and npm run build in ${clone}\n`);
  process.exitCode = 1;
}
