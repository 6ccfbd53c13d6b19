import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type ProtectionReport, prometheusText } from '@cumulus/dynamodb/protection';
import { FileError } from '@cumulus/dynamodb/storage';
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
    await replaceFile(file, text);
    return;
  }
  const result = async function* (): AsyncGenerator<string, void> {
    yield text.trimEnd();
  };
  await writeResults(result(), { json: JSON.stringify, line: (numbers) => numbers, evenIfQuiet: true });
}

/**
 * node_exporter, which runs as another user, reads each `*.prom` of its folder at any moment. So the file is readable, and has its name once it is
 * whole; it holds only numbers.
 */
async function replaceFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(unfinished, text, { mode: 0o644, flag: 'wx' });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new FileError(`${file} cannot be written: ${(error as Error).message}`, [], error);
  }
}
