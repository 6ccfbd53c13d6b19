import { alternatives, suggest } from '../near-words.ts';
import { UsageError } from '../usage-error.ts';
import type { Option } from './option.ts';
import { parseTableArn } from './table-arn.ts';

/** What the help says of an option. */
export interface Help {
  readonly describe: string;
  readonly defaultDescription?: string;
  /** What references call its value, where the kind has no better name: `REGION`. */
  readonly valueName?: string;
  /** Values to choose from where others are taken too. */
  readonly suggestions?: readonly string[];
}

/**
 * One text that is not empty.
 *
 * @example
 * ```ts
 * import { text } from '@cumulus/cli';
 *
 * const options = { prefix: text({ describe: 'The prefix of the deployment' }) };
 * ```
 */
export function text(help: Help): Option<string | undefined> {
  return single({ valueName: 'TEXT', ...help }, (value) => value);
}

/**
 * Several texts.
 *
 * @example
 * ```ts
 * import { texts } from '@cumulus/cli';
 *
 * const options = { bucket: texts({ describe: 'A bucket; may be given several times' }) };
 * ```
 */
export function texts(help: Help): Option<readonly string[] | undefined> {
  return several({ valueName: 'TEXT', ...help }, (value) => value);
}

/**
 * A file, by a path of this machine; some take a place in S3 or `-` too.
 *
 * @example
 * ```ts
 * import { file } from '@cumulus/cli';
 *
 * const options = { report: file({ describe: 'Write the report to this file' }) };
 * ```
 */
export function file(help: Help): Option<string | undefined> {
  return { ...text({ valueName: 'FILE', ...help }), names: 'file' };
}

/**
 * Several files.
 *
 * @example
 * ```ts
 * import { files } from '@cumulus/cli';
 *
 * const options = { inventory: files({ describe: 'Manifests of inventories' }) };
 * ```
 */
export function files(help: Help): Option<readonly string[] | undefined> {
  return { ...texts({ valueName: 'FILE', ...help }), names: 'file' };
}

const S3_URL = /^s3:\/\/[a-zA-Z0-9][a-zA-Z0-9._-]{2,}(?:\/.*)?$/;

/**
 * A folder, by a path of this machine; some take a place in S3 too. What begins with `s3://` has to be one.
 *
 * @example
 * ```ts
 * import { folder } from '@cumulus/cli';
 *
 * const options = { backups: folder({ describe: 'Folder of the backup files' }) };
 * ```
 */
export function folder(help: Help): Option<string | undefined> {
  const option = single({ valueName: 'FOLDER', ...help }, (value, label) =>
    value.startsWith('s3://') ? checkS3Url(value, label) : value,
  );
  return { ...option, names: 'folder' };
}

/**
 * The prefix of a deployment.
 *
 * @example
 * ```ts
 * import { deploymentPrefix } from '@cumulus/cli';
 *
 * const options = { prefix: deploymentPrefix({ describe: 'The prefix of the deployment' }) };
 * ```
 */
export function deploymentPrefix(help: Help): Option<string | undefined> {
  return { ...text({ valueName: 'PREFIX', ...help }), names: 'prefix' };
}

/** A table by Cumulus's name, such as `GranulesTable`. */
export function cumulusTable(help: Help): Option<string | undefined> {
  return { ...text({ valueName: 'NAME', ...help }), names: 'Cumulus table' };
}

/** Several tables by Cumulus's names. */
export function cumulusTables(help: Help): Option<readonly string[] | undefined> {
  return { ...texts({ valueName: 'NAME', ...help }), names: 'Cumulus table' };
}

/**
 * A whole number, from 1 on unless `min` says otherwise.
 *
 * @example
 * ```ts
 * import { wholeNumber } from '@cumulus/cli';
 *
 * const options = { keep: wholeNumber({ min: 0, describe: 'How many earlier backups stay' }) };
 * ```
 */
export function wholeNumber({ min = 1, ...help }: Help & { readonly min?: number }): Option<number | undefined> {
  return single({ valueName: 'NUMBER', ...help }, (value, label) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && Number.isSafeInteger(number)) return number;
    throw new UsageError(`${label} takes a whole number from ${min} on, not "${value}"`);
  });
}

/** DynamoDB's limit on the segments of a scan. */
const MAX_SEGMENTS = 1_000_000;

/** A number of segments of a scan. */
export function segments(help: Help): Option<number | undefined> {
  return single({ valueName: 'NUMBER', ...help }, (value, label) => {
    if (/^\d{1,7}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_SEGMENTS) return Number(value);
    throw new UsageError(`${label} takes a whole number from 1 to ${MAX_SEGMENTS}, not "${value}"`);
  });
}

/** A URL of HTTP. */
export function url(help: Help): Option<string | undefined> {
  return single({ valueName: 'URL', ...help }, (value, label) => {
    if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
    throw new UsageError(`${label} takes a URL such as http://127.0.0.1:8000, not "${value}"`);
  });
}

/**
 * A place in S3: `s3://BUCKET` or `s3://BUCKET/PREFIX`.
 *
 * @example
 * ```ts
 * import { s3Url } from '@cumulus/cli';
 *
 * const options = { to: s3Url({ describe: 'Where the files go' }) };
 * ```
 */
export function s3Url(help: Help): Option<string | undefined> {
  return single({ valueName: 's3://BUCKET/PREFIX', ...help }, checkS3Url);
}

/** @throws UsageError */
function checkS3Url(value: string, label: string): string {
  if (S3_URL.test(value)) return value;
  throw new UsageError(`${label} takes a place in S3 such as s3://my-bucket/backups, not "${value}"`);
}

/**
 * Given or not. One with a value (`--x=no`) is refused: it would be taken for what it does not mean.
 *
 * @example
 * ```ts
 * import { flag } from '@cumulus/cli';
 *
 * const options = { 'dry-run': flag({ describe: 'Only show what it would do' }) };
 * ```
 */
export function flag({ describe }: Help): Option<boolean> {
  return {
    describe,
    takes: 'nothing',
    parse: (value, label) => {
      if (value === undefined || value === true) return value === true;
      throw new UsageError(`${label} takes no value`);
    },
  };
}

/**
 * Like {@link flag}, but may also be turned off: `--x=false`.
 *
 * @example
 * ```ts
 * import { onOff } from '@cumulus/cli';
 *
 * const options = { gzip: onOff({ describe: 'Compress the file' }) };
 * ```
 */
export function onOff({ describe }: Help): Option<boolean> {
  return {
    describe,
    takes: 'nothing',
    default: false,
    parse: (value, label) => {
      if (value === undefined || typeof value === 'boolean') return value === true;
      throw new UsageError(`${label} takes true or false, not "${value}"`);
    },
  };
}

/**
 * One of a few words.
 *
 * @example
 * ```ts
 * import { oneOf } from '@cumulus/cli';
 *
 * const options = { location: oneOf(['all', 's3'], { describe: 'What to compare', default: 'all' }) };
 * ```
 */
export function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  help: Help & { readonly default: Choice },
): Option<Choice>;
export function oneOf<const Choice extends string>(choices: readonly Choice[], help: Help): Option<Choice | undefined>;
export function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  help: Help & { readonly default?: Choice },
): Option<Choice | undefined> {
  const byDefault = help.default;
  return {
    ...help,
    takes: 'value',
    choices,
    parse: (value, label) => {
      if (Array.isArray(value)) throw new UsageError(`${label} can be given once only`);
      return value === undefined ? byDefault : choiceOf(value, choices, label);
    },
  };
}

/** Some of a few words, each once. */
export function someOf<const Choice extends string>(
  choices: readonly Choice[],
  help: Help & { readonly default: readonly Choice[] },
): Option<readonly Choice[]> {
  return {
    ...help,
    takes: 'values',
    choices,
    parse: (values, label) => {
      const given: readonly unknown[] = Array.isArray(values) ? values : help.default;
      return [...new Set(given.map((value) => choiceOf(value, choices, label)))];
    },
  };
}

/**
 * A table's physical name, also out of its ARN.
 *
 * @example
 * ```ts
 * import { tableName } from '@cumulus/cli';
 *
 * const options = { table: tableName({ describe: 'The table to read' }) };
 * ```
 */
export function tableName(help: Help): Option<string | undefined> {
  return { ...single({ valueName: 'TABLE', ...help }, checkTableName), names: 'table' };
}

/** Physical names of tables, also out of their ARNs. */
export function tableNames(help: Help): Option<readonly string[] | undefined> {
  return { ...several({ valueName: 'TABLE', ...help }, checkTableName), names: 'table' };
}

/** The ARN of a backup that DynamoDB keeps. */
export function backupArn(help: Help): Option<string | undefined> {
  return single({ valueName: 'ARN', ...help }, checkBackupArn);
}

/** ARNs of backups that DynamoDB keeps. */
export function backupArns(help: Help): Option<readonly string[] | undefined> {
  return several({ valueName: 'ARN', ...help }, checkBackupArn);
}

/** A name by DynamoDB's rule, which holds for tables and backups alike. */
export function backupName(help: Help): Option<string | undefined> {
  return single({ valueName: 'NAME', ...help }, (value, label) => {
    if (/^[\w.-]{3,255}$/.test(value)) return value;
    throw new UsageError(`${label} takes 3 to 255 letters, digits, dots, hyphens and underscores, not "${value}"`);
  });
}

function choiceOf<Choice extends string>(value: unknown, choices: readonly Choice[], label: string): Choice {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new UsageError(suggest(`${label} takes ${alternatives(choices)}, not "${value}"`, String(value), choices));
}

/** An option with one value that is not empty. @param parse throws UsageError */
export function single<T>(help: Help, parse: (value: string, label: string) => T): Option<T | undefined> {
  return {
    ...help,
    takes: 'value',
    parse: (value, label) => {
      if (value === undefined) return undefined;
      if (typeof value !== 'string') throw new UsageError(`${label} can be given once only`);
      if (value === '') throw new UsageError(`${label} takes a value that is not empty`);
      return parse(value, label);
    },
  };
}

function several<T>(help: Help, parse: (value: string, label: string) => T): Option<readonly T[] | undefined> {
  return {
    ...help,
    takes: 'values',
    parse: (values, label) => (Array.isArray(values) ? values.map((value) => parse(String(value), label)) : undefined),
  };
}

/** DynamoDB's own rule on table names, kept here since a backup's file is named after its table. */
function checkTableName(value: string, label: string): string {
  const name = parseTableArn(value)?.name ?? value;
  if (/^[\w.-]{3,255}$/.test(name)) return name;
  throw new UsageError(
    `${label} takes a table's name (3 to 255 letters, digits, dots, hyphens and underscores) or ARN, not "${value}"`,
  );
}

function checkBackupArn(value: string, label: string): string {
  if (/^arn:[\w-]+:dynamodb:[\w-]+:\d*:table\/[\w.-]{3,255}\/backup\/[\w-]+$/.test(value)) return value;
  if (/^arn:[\w-]+:backup:/.test(value)) {
    throw new UsageError(
      `${label} takes the ARN of a backup of DynamoDB; ${value} is one of AWS Backup, which alone restores and deletes it: aws backup start-restore-job, delete-recovery-point`,
    );
  }
  throw new UsageError(
    `${label} takes the ARN of a backup (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID), not "${value}"`,
  );
}
