import { isObject } from '../aws/is-object.ts';
import { problemOfRepeatedNames } from '../backup/format/repeated-names.ts';
import { RECORD_COUNTS_TABLE, TABLE_NAMES } from '../tables/definitions.ts';
import { PolicyError } from './errors.ts';
import { DEFAULT_POLICY, type ProtectionPolicy, policyOf, type TablePolicy } from './policy.ts';

/** What a field of a check may be: one of some words, or a number between two. */
type Allowed = readonly string[] | { readonly min: number; readonly max: number };

const LEVEL: Allowed = ['require', 'warn', 'off'];
const AGE_IN_DAYS: Allowed = { min: 0.01, max: 3650 };

/** The fields of each check of a table. */
const TABLE_CHECKS: { readonly [Name in keyof TablePolicy]: Fields<TablePolicy[Name]> } = {
  exists: { level: LEVEL },
  pointInTime: { level: LEVEL, minDays: { min: 1, max: 35 }, maxLagMinutes: { min: 1, max: 1440 } },
  deletionProtection: { level: LEVEL },
  encryption: { level: LEVEL, type: ['any', 'KMS'] },
  stream: { level: LEVEL },
  backup: { level: LEVEL, maxAgeHours: { min: 0.01, max: 87_600 } },
  proof: { level: LEVEL, maxAgeDays: AGE_IN_DAYS },
  backupSize: { level: LEVEL, minPercent: { min: 0, max: 100 } },
  onDemand: { level: LEVEL, maxAgeDays: AGE_IN_DAYS },
  export: { level: LEVEL, maxAgeDays: AGE_IN_DAYS },
  archive: { level: LEVEL, maxLagMinutes: { min: 1, max: 1440 }, minDaysWithoutGap: { min: 0, max: 3650 } },
};

type Fields<Check> = { readonly [Field in keyof Check]: Allowed };

/** The fields of each check of a deployment. */
const DEPLOYMENT_CHECKS: {
  readonly [Name in keyof ProtectionPolicy['deployment']]: Fields<ProtectionPolicy['deployment'][Name]>;
} = { rehearsal: { level: LEVEL, maxAgeDays: AGE_IN_DAYS } };

const ALL_TABLES = '*';
const NAMES: readonly string[] = [...TABLE_NAMES, RECORD_COUNTS_TABLE.name];

/** Checks by their names, as the text has them. */
type GivenChecks = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/**
 * Reads a policy. What it leaves out is as {@link DEFAULT_POLICY} has it; what it says of `*` holds for each table, unless it
 * says something else of that table.
 * @param text JSON, as docs/reference/protection-policy.md describes it
 * @param path what to call it in messages
 * @throws PolicyError, which names a field that there is not, or a value that has no meaning
 *
 * @example
 * ```ts
 * import { parsePolicy } from '@cumulus/dynamodb/protection';
 *
 * const policy = parsePolicy('{ "tables": { "*": { "backup": { "maxAgeHours": 48 }, "stream": "off" } } }', 'policy.json');
 * ```
 */
export function parsePolicy(text: string, path: string): ProtectionPolicy {
  const policy = jsonOf(text, path);
  requireFields(policy, ['deployment', 'tables'], path, '');
  const deployment = checksOf(policy['deployment'], DEPLOYMENT_CHECKS, path, 'deployment');
  const tables = objectAt(policy['tables'], path, 'tables');
  requireFields(tables, [ALL_TABLES, ...NAMES], path, 'tables.');
  const given = new Map(
    Object.entries(tables).map(([name, checks]) => [name, checksOf(checks, TABLE_CHECKS, path, `tables.${name}`)]),
  );
  const ofAll = given.get(ALL_TABLES);
  const policyFor = (name: string): TablePolicy =>
    merged(merged(policyOf(DEFAULT_POLICY, name), ofAll), given.get(name));
  const named = NAMES.filter((name) => given.has(name) || name in DEFAULT_POLICY.tables);
  for (const [name, checks] of given) {
    const concerned = name === ALL_TABLES ? NAMES : [name];
    requireEffect(checks, concerned.map(policyFor), path, `tables.${name}`);
  }
  return {
    deployment: merged(DEFAULT_POLICY.deployment, deployment),
    tables: {
      [ALL_TABLES]: merged(DEFAULT_POLICY.tables[ALL_TABLES], ofAll),
      ...Object.fromEntries(named.map((name) => [name, policyFor(name)])),
    },
  };
}

function jsonOf(text: string, path: string): Readonly<Record<string, unknown>> {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(`${path} is not JSON: ${(error as Error).message}.`, [], error);
  }
  if (!isObject(policy)) throw new PolicyError(`${path} is not a policy: it has to be an object.`);
  const repeated = problemOfRepeatedNames(text);
  if (repeated !== undefined) throw new PolicyError(`${path} has ${repeated}`);
  return policy;
}

function objectAt(value: unknown, path: string, at: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new PolicyError(`${path}: ${at} has to be an object.`);
  return value;
}

function requireFields(
  object: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: string,
  within: string,
): void {
  const unknown = Object.keys(object).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw new PolicyError(`${path}: there is no field ${within}${unknown}.`, [`Fields: ${known.join(', ')}.`]);
  }
}

function checksOf(
  value: unknown,
  known: Readonly<Record<string, Readonly<Record<string, Allowed>>>>,
  path: string,
  at: string,
): GivenChecks {
  const checks = objectAt(value, path, at);
  requireFields(checks, Object.keys(known), path, `${at}.`);
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [name, checkOf(check, known[name] ?? {}, path, `${at}.${name}`)]),
  );
}

/** A check is an object, or its level alone. */
function checkOf(
  value: unknown,
  allowed: Readonly<Record<string, Allowed>>,
  path: string,
  at: string,
): Readonly<Record<string, string | number>> {
  if (typeof value === 'string') return { level: fieldValue(value, LEVEL, path, at) };
  const check = objectAt(value, path, at);
  requireFields(check, Object.keys(allowed), path, `${at}.`);
  return Object.fromEntries(
    Object.entries(check).map(([field, given]) => [
      field,
      fieldValue(given, allowed[field] ?? [], path, `${at}.${field}`),
    ]),
  );
}

function fieldValue(value: unknown, allowed: Allowed, path: string, at: string): string | number {
  if (isWords(allowed)) {
    if (typeof value === 'string' && allowed.includes(value)) return value;
    throw new PolicyError(`${path}: ${at} is ${JSON.stringify(value)}, not one of ${allowed.join(', ')}.`);
  }
  if (typeof value === 'number' && value >= allowed.min && value <= allowed.max) return value;
  throw new PolicyError(
    `${path}: ${at} is ${JSON.stringify(value)}, not a number from ${allowed.min} to ${allowed.max}.`,
  );
}

function isWords(allowed: Allowed): allowed is readonly string[] {
  return Array.isArray(allowed);
}

/** Refuses limits of a check that is off without having been switched off: whoever gives limits means them to hold. */
function requireEffect(given: GivenChecks, policies: readonly TablePolicy[], path: string, at: string): void {
  for (const [name, check] of Object.entries(given)) {
    const isOff = policies.every((policy) => policy[name as keyof TablePolicy].level === 'off');
    if (isOff && check['level'] === undefined && Object.keys(check).length > 0) {
      throw new PolicyError(`${path}: ${at}.${name} has limits and is off, so it has no effect.`, [
        'Give it a level: require, warn or off.',
      ]);
    }
  }
}

/** The checks of a policy with those that are given, field by field. */
function merged<Checks extends object>(checks: Checks, given: GivenChecks = {}): Checks {
  const entries = Object.entries(checks).map(([name, check]) => [name, { ...(check as object), ...given[name] }]);
  return Object.fromEntries(entries) as Checks;
}
