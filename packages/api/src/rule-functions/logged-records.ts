import { isObject } from '@cumulus/dynamodb/aws';
import type { Log } from '../logging/log.ts';

/** Logs the records of a stream, a line each, with their data as text. */
export function logRecords(invocation: unknown, log: Log): void {
  const records = isObject(invocation) && Array.isArray(invocation['Records']) ? invocation['Records'] : [];
  for (const record of records) {
    const { kinesis = {}, ...rest } = (isObject(record) ? record : {}) as {
      readonly kinesis?: { readonly data?: string };
    };
    const data = Buffer.from(String(kinesis.data ?? ''), 'base64').toString();
    log.info('record of a stream', { record: { ...rest, kinesis: { ...kinesis, data } } });
  }
}
