import { resolve } from 'node:path';
import { AccessDeniedError, type CumulusError } from '../../aws/errors.ts';
import { type BegunWith, FileError, ResumeMismatchError, StorageError } from '../../storage/errors.ts';
import type { TableDescription } from '../../tables/describe.ts';
import type { Checkpoint } from '../store/checkpoint.ts';
import { DEFAULT_RESUME_WITHIN, whyTooOld } from '../store/too-old.ts';
import type { CheckedFile } from './check.ts';
import type { RestoreCheckpoint, RestoreState } from './checkpoint.ts';
import type { RestoreOptions } from './options.ts';
import { SetAsideFile } from './set-aside-file.ts';

export const NOTHING_DONE: RestoreState = { line: 0, written: 0, skipped: 0 };

const MODE_WORDS = {
  refuse: 'to refuse existing items',
  overwrite: 'to overwrite existing items',
  skip: 'to skip existing items',
} as const;

/** The run to continue, if that was asked for and there is one. */
export async function interruptedRun(
  options: RestoreOptions,
  checkpointFile: Checkpoint<RestoreCheckpoint>,
  { sha256, digest: selection }: Pick<CheckedFile, 'sha256' | 'digest'>,
  description: TableDescription | undefined,
): Promise<RestoreCheckpoint | undefined> {
  const checkpoint = options.resume ? await checkpointFile.load() : undefined;
  if (checkpoint === undefined) return undefined;
  const difference =
    checkpoint.sha256 !== sha256
      ? 'the file is another one now'
      : checkpoint.tableId !== null && checkpoint.tableId !== description?.id
        ? `table ${options.table} is another one now`
        : checkpoint.existingItems !== (options.existingItems ?? 'refuse')
          ? `it was begun ${MODE_WORDS[checkpoint.existingItems]}`
          : checkpoint.selection !== selection
            ? `it was begun for ${checkpoint.selection === undefined ? 'all items of the file' : 'other items of the file'}`
            : undefined;
  if (difference === undefined) return checkpoint;
  const { existingItems } = checkpoint;
  throw notToBeContinued(
    options,
    difference,
    existingItems === (options.existingItems ?? 'refuse') ? {} : { existingItems },
  );
}

/**
 * Makes sure that a run that sets lines aside is continued so. It is looked at before the file is checked, which would refuse
 * these lines as if nothing had been written.
 * @throws ResumeMismatchError
 */
export async function checkSetAside(
  options: RestoreOptions,
  checkpointFile: Checkpoint<RestoreCheckpoint>,
): Promise<void> {
  const checkpoint = options.resume ? await checkpointFile.load() : undefined;
  if (checkpoint === undefined || !setsAsideElsewhere(options, checkpoint)) return;
  const setAside = checkpoint.setAside?.file;
  throw notToBeContinued(options, `it was begun to set lines aside into ${setAside}`, { setAside });
}

function notToBeContinued({ table }: RestoreOptions, difference: string, begunWith: BegunWith): ResumeMismatchError {
  return new ResumeMismatchError(
    `The interrupted restore into ${table} cannot be continued: ${difference}.`,
    ['Nothing was written.', 'Continue it as it was begun; or start again, into an empty table or over its items.'],
    begunWith,
  );
}

/**
 * Says what a continuation long after the beginning replaces. It goes on all the same: file and table are those of the
 * beginning, and half a restore is worth less than a whole one.
 */
export function warnIfLongAgo(
  { table, onWarning }: RestoreOptions,
  { startedAt, existingItems }: RestoreCheckpoint,
): void {
  if (startedAt === undefined || existingItems === 'skip') return;
  const longAgo = whyTooOld(startedAt, DEFAULT_RESUME_WITHIN);
  if (longAgo === undefined) return;
  onWarning?.(
    `The interrupted restore into ${table} is continued; ${longAgo}. ` +
      'What others wrote to the table since is replaced where its key comes in the rest of the file.',
  );
}

/** Whether lines are set aside already, in another file than the one named now. */
function setsAsideElsewhere(options: RestoreOptions, { setAside }: RestoreState): boolean {
  if (setAside === undefined || setAside.lines === 0) return false;
  return options.setAside === undefined || resolve(options.setAside) !== setAside.file;
}

/** The file for lines that DynamoDB does not take, if they are to be set aside: a new one, or the interrupted run's. */
export async function openSetAside(
  { setAside: path }: RestoreOptions,
  interrupted: RestoreState | undefined,
): Promise<SetAsideFile | undefined> {
  if (path === undefined) return undefined;
  const { setAside } = interrupted ?? NOTHING_DONE;
  return setAside?.file === resolve(path) ? SetAsideFile.continue(setAside) : SetAsideFile.create(path);
}

/** The checkpoint, or one that is not kept where its place cannot be written to: the restore goes on without. */
export function optionalCheckpoint(
  options: RestoreOptions,
  checkpoint: Checkpoint<RestoreCheckpoint>,
): Pick<Checkpoint<RestoreCheckpoint>, 'save' | 'remove'> {
  let usable = options.resumable ?? true;
  return {
    save: async (state) => {
      if (!usable) return;
      try {
        await checkpoint.save(state);
      } catch (error) {
        if (!isAboutStorage(error)) throw error;
        usable = false;
        options.onWarning?.(`This restore cannot be continued if it stops, for its checkpoint: ${error.message}`);
      }
    },
    remove: async () => {
      if (usable) await checkpoint.remove().catch(() => undefined);
    },
  };
}

function isAboutStorage(error: unknown): error is CumulusError {
  return error instanceof FileError || error instanceof StorageError || error instanceof AccessDeniedError;
}
