import { type ProtectionReport, prometheusText } from '@cumulus/dynamodb/protection';
import { replaceFile } from '@cumulus/dynamodb/storage';
import type { Context } from '../../command.ts';
import { writeText } from '../../output/write-text.ts';
import { protectionPage } from '../../protection-page/index.ts';

/** Writes the report as a page, in place of what has the name once it is whole. */
export async function writePage(report: ProtectionReport, location: string, context: Context): Promise<undefined> {
  await writeText(protectionPage(report), location, 'text/html; charset=utf-8', context);
}

/** Writes the numbers in Prometheus's format: to a file, or as the results. */
export async function writeNumbers(
  report: ProtectionReport,
  file: string | undefined,
  { writeResults }: Pick<Context, 'writeResults'>,
): Promise<undefined> {
  const text = prometheusText(report);
  if (file !== undefined) {
    // node_exporter, which runs as another user, reads it at any moment; it holds only numbers.
    await replaceFile(file, async (unfinished) => {
      await unfinished.writeFile(text);
      await unfinished.chmod(0o644);
    });
    return;
  }
  const result = async function* (): AsyncGenerator<string, void> {
    yield text.trimEnd();
  };
  await writeResults(result(), { json: JSON.stringify, line: (numbers) => numbers, evenIfQuiet: true });
}
