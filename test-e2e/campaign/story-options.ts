import { resultOf } from '@cumulus/test-kit/command';
import { numberBetween } from '../test/kit/faults/random.ts';
import type { Run } from './run.ts';

/** Options of a backup, by chance. */
export function commandOptions({ random, gzip, kind: { needs } }: Run): readonly string[] {
  const segments = needs?.pages ? numberBetween(random, 1, 2) : numberBetween(random, 1, 8);
  const concurrency = needs?.slow ? 1 : numberBetween(random, 1, 8);
  return [
    ...(needs?.pages || random() < 0.7 ? ['--segments', String(segments)] : []),
    ...(needs?.slow || random() < 0.7 ? ['--concurrency', String(concurrency)] : []),
    ...(gzip ? ['--gzip'] : []),
    ...(random() < 0.2 ? ['--consistent'] : []),
  ];
}

/** The JSON that a command has printed. */
export function parseResult<T>(run: Run, stdout: string): T | undefined {
  try {
    return resultOf<T>(stdout);
  } catch {
    run.violated('claimed', `a success without one result in JSON on standard output: ${stdout.slice(0, 200)}`);
    return undefined;
  }
}
