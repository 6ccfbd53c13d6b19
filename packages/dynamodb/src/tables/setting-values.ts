import { isObject } from '../aws/is-object.ts';

/** Fields of settings that change by themselves. */
export const STATES = new Set([
  'Backfilling',
  'IndexStatus',
  'NumberOfDecreasesToday',
  'ReplicaStatus',
  'ReplicaStatusDescription',
  'ReplicaStatusPercentProgress',
  'Status',
  'WitnessStatus',
]);

/** A field of an object; undefined if that is the default. */
export function unless(usual: unknown, value: unknown, field: string): unknown {
  const found = isObject(value) ? value[field] : value;
  return found === usual ? undefined : found;
}

/** The units of a table that was made on demand, and of one that has never been warmed. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 },
  ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
  WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 },
};

export function withoutDefault(name: string, value: unknown): unknown {
  const setting = withoutStates(value);
  if (setting === false) return undefined;
  if (name === 'Replicas' && Array.isArray(setting)) return [...setting].sort(byRegion);
  if (!isObject(setting)) return setting;
  const usual = DEFAULTS[name] ?? {};
  // Stand-ins have zero units where there are none.
  const entries = Object.entries(setting).filter(
    ([field, each]) => !(field in usual) || ![0, usual[field]].includes(each),
  );
  if (name === 'Projection' && Array.isArray(setting['NonKeyAttributes'])) {
    return { ...setting, NonKeyAttributes: [...setting['NonKeyAttributes']].sort() };
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function byRegion(a: unknown, b: unknown): number {
  const regionOf = (replica: unknown) => String(isObject(replica) ? replica['RegionName'] : replica);
  return regionOf(a) < regionOf(b) ? -1 : 1;
}

/** A value without what changes by itself, and undefined where nothing is left. */
export function withoutStates(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(withoutStates).filter((each) => each !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (!isObject(value)) return value === null ? undefined : value;
  const entries = Object.entries(value)
    .filter(([field]) => !STATES.has(field) && !field.endsWith('DateTime'))
    .map(([field, each]) => [field, withoutStates(each)] as const)
    .filter(([, each]) => each !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
