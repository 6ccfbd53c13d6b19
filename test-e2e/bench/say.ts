/** Reports progress on standard error; standard output is for the results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
