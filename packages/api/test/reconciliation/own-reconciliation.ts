import { createClient } from '@cumulus/dynamodb/aws';
import { Cmr } from '../../src/cmr/cmr.ts';
import { PARTS, type Part } from '../../src/reconciliation/findings.ts';
import { type ReconcileOptions, reconcile } from '../../src/reconciliation/reconcile.ts';
import { type Report, reportJson } from '../../src/reconciliation/report.ts';
import type { OwnArchive } from '../granules/own-archive.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into it as they expect it to be
export type ReportBody = any;

/** Compares an archive as the operation and the command do. @returns the report's JSON, as it is written */
export async function reconciled(api: OwnArchive, options: Partial<ReconcileOptions> = {}): Promise<ReportBody> {
  const client = createClient();
  const { target, clients, systemObjects, settings } = api.services;
  const hasCmr = settings.cmr.missing.length === 0;
  const report = await reconcile({
    ...{ client, tableName: target.tableName, s3: clients.s3, systemObjects },
    cmr: hasCmr ? new Cmr({ settings: settings.cmr, clients, systemObjects, now: Date.now }) : undefined,
    whyNotCmr: hasCmr ? undefined : `CMR was not asked: ${settings.cmr.missing.join(', ')} not set.`,
    ...options,
  });
  try {
    return JSON.parse(await textOf(report));
  } finally {
    await report.findings.close();
    client.destroy();
  }
}

async function textOf(report: Report): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of reportJson(report)) pieces.push(piece);
  return pieces.join('');
}

/** The lists of a report that are not empty. */
export function differencesOf(report: ReportBody): object {
  return Object.fromEntries(
    PARTS.flatMap((part: Part) =>
      Object.entries(report[part]).flatMap(([list, entries]) =>
        Array.isArray(entries) && entries.length > 0 ? [[`${part}.${list}`, entries]] : [],
      ),
    ),
  );
}
