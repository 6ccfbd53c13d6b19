import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTableInput, schemaOf, TABLE_DEFINITIONS, type TableName } from '@cumulus/dynamodb/tables';
import { Scratch as AnyScratch, createTable, type Item } from '@cumulus/test-kit/tables';

export function granule(number: number, more: Item = {}): Item {
  return { granuleId: { S: `granule-${number}` }, collectionId: { S: 'MOD09GQ___006' }, ...more };
}

export function granules(count: number, more: Item = {}): readonly Item[] {
  return Array.from({ length: count }, (_, number) => granule(number, more));
}

/** Waits until a directory has an entry whose name begins so. */
export async function untilInDirectory(directory: string, begin: string): Promise<void> {
  while (!readdirSync(directory).some((name) => name.startsWith(begin))) await sleep(50);
}

/** A folder for each test, and tables of deployments. */
export class Scratch extends AnyScratch {
  /** Makes a deployment's table with items; returns its name. */
  async table(prefix: string, name: TableName, items: readonly Item[] = []): Promise<string> {
    const definition = TABLE_DEFINITIONS.find((candidate) => candidate.name === name);
    if (definition === undefined) throw new TypeError(name);
    return createTable(createTableInput(`${prefix}-${name}`, schemaOf(definition)), items);
  }
}
