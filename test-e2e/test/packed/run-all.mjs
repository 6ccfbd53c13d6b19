/*
 * `node run-all.mjs MODULE COMMANDS` runs command lines of `cumulus-api`, given as JSON, one after the other in this process, up to the
 * first that fails. What each writes to standard output ends with a zero byte.
 */
const [, , module = '', commands = '[]'] = process.argv;
const { run } = await import(module);
for (const argv of JSON.parse(commands)) {
  process.exitCode = await run(argv);
  process.stdout.write('\0');
  if (process.exitCode !== 0) break;
}
