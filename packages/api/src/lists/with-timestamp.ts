/** A record of configuration as clients know it, with its last change as its time. */
export function withTimestamp<R extends { readonly updatedAt?: number | undefined }>(
  record: R,
): R & { readonly timestamp?: number | undefined } {
  return record.updatedAt === undefined ? record : { ...record, timestamp: record.updatedAt };
}
