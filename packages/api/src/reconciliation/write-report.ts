import { type WriteWholeOptions, writeWhole } from '@cumulus/dynamodb/storage';
import { type Report, reportJson } from './report.ts';

/** Characters that are gathered before they are written. */
const CHUNK_SIZE = 64 * 1024;

/** About how many bytes an entry of a list has. */
const ENTRY_SIZE = 150;

/**
 * Writes a report as a file, which has its name when it is whole. Interrupted anywhere, there is none, or what was there before.
 * @param location its path, or `s3://BUCKET/KEY`
 * @throws FileError, StorageError; LeaseHeldError where another process writes it
 */
export async function writeReport(
  report: Report,
  location: string,
  options: Pick<WriteWholeOptions, 's3' | 'abortSignal' | 'isSole'> = {},
): Promise<void> {
  const expectedBytes = report.findings.differences * ENTRY_SIZE;
  await writeWhole(location, chunksOf(reportJson(report)), { ...options, expectedBytes });
}

async function* chunksOf(texts: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  let gathered: string[] = [];
  let size = 0;
  for await (const text of texts) {
    gathered.push(text);
    size += text.length;
    if (size < CHUNK_SIZE) continue;
    yield Buffer.from(gathered.join(''));
    gathered = [];
    size = 0;
  }
  yield Buffer.from(gathered.join(''));
}
