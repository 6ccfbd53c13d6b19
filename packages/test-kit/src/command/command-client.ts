import { runCommand } from './run-command.ts';

/*
 * A program for shells: `node command-client.js MODULE ARGUMENTS…` runs a command as `runCommand` does, and ends as it ends. It starts
 * without loading the SDK.
 */

const [module = '', ...argv] = process.argv.slice(2);
const { code, stdout, stderr } = await runCommand(module, argv);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code ?? 1;
