/** How Node says of a package that it is not there: to `import`, and to `require`, which a bundle may have made of it. */
const CODES: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/** Whether the import of an optional package failed since it is not installed. */
export function isMissingPackage(error: unknown): boolean {
  return CODES.includes((error as NodeJS.ErrnoException).code);
}
