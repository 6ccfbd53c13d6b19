import { formatRehearsal, type RehearsalReport } from '@cumulus/dynamodb/rehearsal';
import type { Context } from '../../command.ts';
import { writeText } from '../../output/write-text.ts';
import { rehearsalPage } from '../../protection-page/index.ts';

/** Writes the report as JSON, in place of what has the name once it is whole. */
export async function writeReport(report: RehearsalReport, location: string, context: Context): Promise<void> {
  await writeText(formatRehearsal(report), location, 'application/json', context);
}

/** Writes the report as a page, likewise. */
export async function writePage(report: RehearsalReport, location: string, context: Context): Promise<void> {
  await writeText(rehearsalPage(report), location, 'text/html; charset=utf-8', context);
}
