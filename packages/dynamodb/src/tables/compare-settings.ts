import { isDeepStrictEqual } from 'node:util';
import type { KnownSettings, NamedSetting, UnknownSetting } from './named-settings.ts';

/** A setting in which two tables, or a backup and a table, differ. */
export interface SettingDifference {
  /** AWS's name of it. */
  readonly setting: string;
  /** The index that it is of; absent for the table's. */
  readonly index?: string | undefined;
  /** The expected value; absent where it is the default. */
  readonly wanted?: unknown;
  /** The present value; absent where it is the default. */
  readonly found?: unknown;
}

/** A setting that could not be compared, and of which side it is not known. */
export interface SettingNotCompared extends UnknownSetting {
  readonly of: 'wanted' | 'found';
}

/** What a comparison of settings has shown. */
export interface SettingsComparison {
  readonly differences: readonly SettingDifference[];
  readonly notCompared: readonly SettingNotCompared[];
}

/** Compares the settings that a table was to have with those that it has. */
export function compareSettings(
  wanted: KnownSettings,
  found: KnownSettings,
  { except = [] }: { readonly except?: readonly string[] } = {},
): SettingsComparison {
  const notCompared = [
    ...wanted.unknown.map((setting) => ({ ...setting, of: 'wanted' }) as const),
    ...found.unknown.map((setting) => ({ ...setting, of: 'found' }) as const),
  ].filter(({ setting }) => isKnownBy(wanted, setting) && !except.includes(setting));
  // The window's length only matters where there is a window.
  const unknown = new Set(notCompared.flatMap(({ setting }) => [setting, ...(TOLD_WITH[setting] ?? [])]));
  const sides = [wanted, found].map(
    ({ settings }) => new Map(settings.map((setting) => [keyOf(setting), setting] as const)),
  );
  const [inWanted, inFound] = sides as [Map<string, NamedSetting>, Map<string, NamedSetting>];
  const differences = [...new Map([...inWanted, ...inFound]).entries()].flatMap(([key, { setting, index }]) => {
    if (unknown.has(setting) || except.includes(setting) || !isKnownBy(wanted, setting)) return [];
    const [before, after] = [inWanted.get(key)?.value, inFound.get(key)?.value];
    if (isDeepStrictEqual(before, after)) return [];
    return [
      {
        setting,
        index,
        wanted: before,
        found: after,
      },
    ];
  });
  const absent = new Set(differences.filter(isOfExistence).map(({ index }) => index));
  return {
    // For an index that only one side has, this difference says everything.
    differences: differences.filter(
      (difference) => difference.index === undefined || isOfExistence(difference) || !absent.has(difference.index),
    ),
    notCompared,
  };
}

const TOLD_WITH: Readonly<Record<string, readonly string[]>> = { PointInTimeRecovery: ['RecoveryPeriodInDays'] };

function isOfExistence({ setting }: SettingDifference): boolean {
  return setting === 'GlobalSecondaryIndexes' || setting === 'LocalSecondaryIndexes';
}

function isKnownBy({ only }: KnownSettings, setting: string): boolean {
  return only === undefined || only.includes(setting);
}

function keyOf({ setting, index }: NamedSetting): string {
  return JSON.stringify([index ?? null, setting]);
}
