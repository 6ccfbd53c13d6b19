import { CumulusError } from '@cumulus/dynamodb/aws';
import { putRehearsalMetrics } from '@cumulus/dynamodb/protection';
import type { Rehearsal } from '@cumulus/dynamodb/rehearsal';
import type { Context } from '../../command.ts';

/** Sends what an alarm needs to know of a rehearsal that came to its end. */
export async function sendMetrics(
  { report, leftovers }: Rehearsal,
  { client, abortSignal }: Pick<Context, 'client' | 'abortSignal'>,
): Promise<void> {
  const { prefix, endedAt: at, outcome, seconds } = report;
  const failed = outcome === 'failed' || leftovers.length > 0;
  await putRehearsalMetrics(client, { prefix, at, failed, seconds }, abortSignal);
}

/** Sends that a rehearsal did not come to its end, unless somebody interrupted it. That this fails too is a warning: the first error counts. */
export async function sendFailure(prefix: string, { client, abortSignal, onWarning }: Context): Promise<void> {
  if (abortSignal.aborted) return;
  try {
    await putRehearsalMetrics(client, { prefix, at: new Date().toISOString(), failed: true, seconds: null });
  } catch (error) {
    if (!(error instanceof CumulusError)) throw error;
    onWarning(error.message);
  }
}
