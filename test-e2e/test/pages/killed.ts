import type { Operator } from './operator.ts';

/** Runs a command, and kills it as soon as it has kept something to continue from. @param checkpoint a file */
export async function runKilled(reader: Operator, command: string, checkpoint: string): Promise<void> {
  await reader.show(`${command} & until [ -s ${checkpoint} ]; do sleep 0.05; done; kill -9 $!; wait $! || true`);
}
