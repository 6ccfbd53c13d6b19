/**
 * An option or a positional argument of a command, declared once: what the help says of it, how it is read, and by that the
 * type of its value. The kinds are in `kinds.ts`.
 */
export interface Option<T> {
  readonly describe: string;
  /** A flag takes no value; `values` are several, after the option or one each time that it is given. */
  readonly takes: 'nothing' | 'value' | 'values';
  /** What references call its value: `TABLE`. None for a flag. */
  readonly valueName?: string | undefined;
  readonly isPositional?: boolean;
  readonly isRequired?: boolean;
  /** What the command line has to choose from. */
  readonly choices?: readonly string[] | undefined;
  /** Values to choose from where others are taken too. */
  readonly suggestions?: readonly string[] | undefined;
  /** What its values are names of, by which a shell can complete them; those of tables can be their ARNs too. */
  readonly names?: Named | undefined;
  /** Whether it has to be typed each time, and is never taken from a config file. */
  readonly isTypedOnly?: boolean | undefined;
  /** Variables of the environment that say the same, and take precedence over a config file. */
  readonly environment?: readonly string[] | undefined;
  /** The value where none is given. */
  readonly default?: boolean | readonly string[] | string | undefined;
  /** What the help says is the default, where the work itself decides. */
  readonly defaultDescription?: string | undefined;
  /**
   * Checks and converts what the command line has.
   * @param value undefined if it is not given
   * @param label what errors call it: `--name`, or for a positional argument `NAME`
   * @throws UsageError
   */
  readonly parse: (value: unknown, label: string) => T;
}

/**
 * Files and folders of this machine; tables by their physical names, or by those of Cumulus, such as `GranulesTable`; prefixes of
 * deployments.
 */
export type Named = 'file' | 'folder' | 'table' | 'Cumulus table' | 'prefix';

/** The options and positional arguments of a command by their names; positional arguments stand in the order of the declarations. */
export type OptionDeclarations = Readonly<Record<string, Option<unknown>>>;

/** The values of declared options. */
export type OptionValues<Declared extends OptionDeclarations> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Option<infer T> ? T : never;
};

/**
 * Makes an option one that has to be given.
 *
 * @example
 * ```ts
 * import { required, tableName } from '@cumulus/cli';
 *
 * const options = { to: required(tableName({ describe: 'The table to copy to' })) };
 * ```
 */
export function required<T>(option: Option<T>): Option<Exclude<T, undefined>> {
  return { ...option, isRequired: true } as Option<Exclude<T, undefined>>;
}

/**
 * Makes an option a positional argument.
 *
 * @example
 * ```ts
 * import { positional, required, s3Url } from '@cumulus/cli';
 *
 * const options = { folder: required(positional(s3Url({ describe: 'The folder of the export' }))) };
 * ```
 */
export function positional<T>(option: Option<T>): Option<T> {
  return { ...option, isPositional: true };
}

/**
 * Makes an option one that has to be typed each time: it confirms what cannot be undone, or opens a door.
 *
 * @example
 * ```ts
 * import { flag, typedOnly } from '@cumulus/cli';
 *
 * const options = { yes: typedOnly(flag({ describe: 'Do not ask' })) };
 * ```
 */
export function typedOnly<T>(option: Option<T>): Option<T> {
  return { ...option, isTypedOnly: true };
}

/**
 * Makes an option one that variables of the environment stand for.
 *
 * @example
 * ```ts
 * import { deploymentPrefix, orEnvironment } from '@cumulus/cli';
 *
 * const options = { prefix: orEnvironment(['stackName'], deploymentPrefix({ describe: 'The prefix' })) };
 * ```
 */
export function orEnvironment<T>(variables: readonly string[], option: Option<T>): Option<T> {
  return { ...option, environment: variables };
}

/** Values by the names of options, as the parser of the command line read them. */
export type RawValues = Readonly<Record<string, unknown>>;

/** Whether a value is one that was given: an option that is turned off is as good as not given. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** What errors call an option: `--dry-run`, or for a positional argument `FILE`. */
export function labelOf(name: string, { isPositional }: Option<unknown>): string {
  return isPositional === true ? name.toUpperCase() : `--${name}`;
}

/**
 * Checks and converts the values of a command line.
 * @param given the values by the options' names, as the parser of the command line read them
 * @throws UsageError for the first that is wrong
 */
export function parseOptions<Declared extends OptionDeclarations>(
  declared: Declared,
  given: RawValues,
): OptionValues<Declared> {
  const values = Object.entries(declared).map(([name, option]) => [
    name,
    option.parse(given[name], labelOf(name, option)),
  ]);
  return Object.fromEntries(values) as OptionValues<Declared>;
}
