/**
 * Loaded into a command (`node --import`) to kill it right before one of the calls by which it changes the file
 * system. `KILL_BEFORE_CALL` is the call's number, counted from 1; without it nothing is killed, and `CALLS_FILE` gets
 * the name of each call, a line each.
 */
import { appendFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const CHANGING = ['copyFile', 'link', 'mkdir', 'open', 'rename', 'rm', 'unlink', 'writeFile'];

const target = Number(process.env.KILL_BEFORE_CALL ?? 0);
const callsFile = process.env.CALLS_FILE;
let calls = 0;

for (const name of CHANGING) {
  const original = promises[name];
  promises[name] = (path, ...rest) => {
    calls += 1;
    if (calls === target) process.kill(process.pid, 'SIGKILL');
    if (callsFile !== undefined) appendFileSync(callsFile, `${name} ${basename(String(path))}\n`);
    return original(path, ...rest);
  };
}
syncBuiltinESMExports();
