import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Why tests that need a browser cannot run, if they cannot. */
export function whyNoChromium(): string | undefined {
  return executablePath === undefined ? 'needs chromium on the PATH' : undefined;
}

/** Starts the machine's own browser: none is downloaded. */
export function startChromium(): Promise<Browser> {
  const onlyThisMachine = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';
  // Its sandbox does not start as root, which is who runs CI.
  return chromium.launch({ executablePath: String(executablePath), args: ['--no-sandbox', onlyThisMachine] });
}
