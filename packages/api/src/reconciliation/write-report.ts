import { randomUUID } from 'node:crypto';
import { openStorageOf, type S3Access } from '@cumulus/dynamodb/storage';
import { type Report, reportJson } from './report.ts';

/** Bytes that are gathered before they are written. */
const CHUNK_SIZE = 64 * 1024;

/** About how many bytes an entry of a list has. */
const ENTRY_SIZE = 150;

/**
 * Writes a report as a file, which has its name when it is whole, in place of what had it. Interrupted anywhere, there is none.
 * @param location its path, or `s3://BUCKET/KEY`
 * @throws FileError, StorageError; LeaseHeldError where another process writes it
 */
export async function writeReport(
  report: Report,
  location: string,
  options: { readonly s3?: S3Access | undefined; readonly abortSignal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { storage, name } = await openStorageOf(location, options);
  await storage.prepare();
  await storage.requireFiles([name]);
  const lease = await storage.lease(name);
  try {
    await storage.removeUnfinished(name, (each) => each === name);
    const file = await storage.create(name, {
      contentType: 'application/json',
      metadata: { 'cumulus-report': randomUUID() },
      expectedBytes: report.findings.differences * ENTRY_SIZE,
      abortSignal: options.abortSignal,
    });
    try {
      for await (const chunk of chunksOf(reportJson(report))) {
        options.abortSignal?.throwIfAborted();
        await file.append(chunk);
      }
      await file.finish();
      await lease.check();
      await file.publish();
    } catch (error) {
      await file.close();
      await storage.removeUnfinished(name, (each) => each === name);
      throw error;
    }
  } finally {
    await lease.release();
  }
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
