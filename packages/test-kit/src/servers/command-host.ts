import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CommandExit, CommandLine, CommandOutput } from '../protocol/command-line.ts';

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
  const [stdin, stdout, stderr] = [new PassThrough(), sent('stdout'), sent('stderr')];
  stdin.end(Buffer.from(input, 'base64'));
  const code = await run(argv, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  await Promise.all([finished(stdout), finished(stderr)]);
  process.send?.({ code, signal: null } satisfies CommandExit);
});

// A server's log goes there. By the same way as the rest, so that none of it comes after the end.
process.stderr.write = (chunk: string | Uint8Array) => {
  process.send?.({ stream: 'stderr', text: String(chunk) } satisfies CommandOutput);
  return true;
};

/** A stream that sends what is written to it; what is written in one turn together. */
function sent(stream: CommandOutput['stream']): PassThrough {
  const written = new PassThrough().setEncoding('utf8');
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') process.send?.({ stream, text: waiting } satisfies CommandOutput);
    waiting = '';
  };
  written.on('data', (text: string) => {
    if (waiting === '') setImmediate(flush);
    waiting += text;
  });
  return written.on('end', flush);
}
