import { UsageError } from './usage-error.ts';

/** The options that say where a backup goes. @throws UsageError unless they name one place at the most */
export function checkDestination({
  directory,
  to,
}: {
  readonly directory: string | undefined;
  readonly to: string | undefined;
}): void {
  if (directory?.startsWith('s3://'))
    throw new UsageError('--directory is a folder on disk; a place in S3 goes with --to');
  if (to !== undefined && directory !== undefined) throw new UsageError('Give one place: --directory or --to');
}
