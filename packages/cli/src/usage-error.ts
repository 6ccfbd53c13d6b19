/** The command line asks for something that does not exist or does not go together; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
