import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandEnd, CommandLine } from '../protocol/command-line.ts';

/*
 * The process that CommandPool starts: runs one command after the other, each in the environment that it is given, without
 * the third of a second that a new process takes to load the SDK.
 */

type Run = (argv: readonly string[], io: object) => Promise<number>;

process.on('message', async ({ module, argv, directory, environment, input }: CommandLine) => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(directory);
  const { run } = (await import(module)) as { readonly run: Run };
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(Buffer.from(input, 'base64'));
  const written = Promise.all([text(stdout), text(stderr)]);
  const code = await run(argv, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, error] = await written;
  process.send?.({ code, stdout: out, stderr: error } satisfies CommandEnd);
});
