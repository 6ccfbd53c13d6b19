import type { DeploymentEstimate, RehearsalSource } from './report/report.ts';

/** A table of the deployment, and how long its restore took. */
export interface MeasuredTable {
  readonly table: string;
  /** The size of what it is restored from; null where that is not known. */
  readonly bytes: number | null;
  /** Null if it was not restored. */
  readonly seconds: number | null;
}

/** A table whose restore was measured, and has a size. */
interface Sample extends MeasuredTable {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Works out how long the restore of a whole deployment takes. Backup files and states of an archive are restored one after the other, at the rate that was
 * measured. DynamoDB restores tables side by side: there the slowest counts, and a larger one takes longer in proportion.
 */
export function estimateDeployment(from: RehearsalSource, tables: readonly MeasuredTable[]): DeploymentEstimate {
  const measured = tables.filter(({ seconds }) => seconds !== null);
  const others = tables.filter(({ seconds }) => seconds === null);
  if (measured.length === 0) return unknown('No table was restored, so that nothing was measured.');
  const seconds = measured.map((table) => table.seconds ?? 0);
  const [sum, slowest] = [seconds.reduce((total, each) => total + each, 0), Math.max(...seconds)];
  if (others.length === 0) return ofMeasured(from, sum, slowest);
  const unsized = others.filter(({ bytes }) => bytes === null).map(({ table }) => table);
  if (unsized.length > 0) return unknown(`The size is not known of ${unsized.join(', ')}.`);
  const samples = measured.filter((table): table is Sample => (table.bytes ?? 0) > 0 && (table.seconds ?? 0) > 0);
  if (samples.length === 0) return unknown('What was restored is too small to conclude from it.');
  return isByClient(from) ? byRate(samples, others, sum) : byLargest(samples, others, slowest);
}

/** DynamoDB restores tables side by side, this client one after the other. */
function isByClient(from: RehearsalSource): boolean {
  return from === 'backup' || from === 'archive';
}

function ofMeasured(from: RehearsalSource, sum: number, slowest: number): DeploymentEstimate {
  return isByClient(from)
    ? { estimatedSeconds: sum, basis: 'All tables were measured: the sum of their times, one after the other.' }
    : { estimatedSeconds: slowest, basis: 'All tables were measured: the slowest, since they run side by side.' };
}

function byRate(samples: readonly Sample[], others: readonly MeasuredTable[], sum: number): DeploymentEstimate {
  const bytes = samples.reduce((total, each) => total + each.bytes, 0);
  const rate = bytes / samples.reduce((total, each) => total + each.seconds, 0);
  const rest = others.reduce((total, each) => total + (each.bytes ?? 0), 0);
  const basis =
    `${samples.length === 1 ? '1 table was' : `${samples.length} tables were`} measured: ${Math.round(rate)} bytes of backup a second. ` +
    `At this rate, ${rest} bytes of ${names(others)} follow, one table after the other.`;
  return { estimatedSeconds: sum + rest / rate, basis };
}

function byLargest(samples: readonly Sample[], others: readonly MeasuredTable[], slowest: number): DeploymentEstimate {
  const largestSample = Math.max(...samples.map(({ bytes }) => bytes));
  const largestOther = Math.max(...others.map(({ bytes }) => bytes ?? 0));
  const factor = Math.max(1, largestOther / largestSample);
  const basis =
    `DynamoDB restores tables side by side, so that the slowest counts: ${Math.round(slowest)} seconds were measured. ` +
    (factor === 1
      ? `None of ${names(others)} is larger than what was measured.`
      : `The largest of ${names(others)} has ${factor.toFixed(1)} times the bytes, and counts for as many times.`);
  return { estimatedSeconds: slowest * factor, basis };
}

function unknown(basis: string): DeploymentEstimate {
  return { estimatedSeconds: null, basis };
}

function names(tables: readonly MeasuredTable[]): string {
  return tables.map(({ table }) => table).join(', ');
}
