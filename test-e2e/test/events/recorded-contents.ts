import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isObject } from '@cumulus/dynamodb/aws';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { itemsOf } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { RECORDED } from './recorded-tables.ts';

/** An item as JavaScript sees it. */
export type RecordedItem = Readonly<Record<string, unknown>>;

/** All that is in a deployment's tables, with what they point to in S3 in place of the pointers, and `keys` of where it lies. */
export interface RecordedContents {
  readonly tables: Readonly<Record<(typeof RECORDED)[number], readonly RecordedItem[]>>;
  /** How many pointers each field had, in all tables. */
  readonly pointers: Readonly<Record<string, number>>;
}

/** Where a deployment keeps what it records. */
export interface RecordedPlace {
  readonly prefix: string;
  readonly bucket: string;
}

/** Reads all that a deployment has recorded. @throws what S3 says if a pointer leads nowhere */
export async function contentsOf(place: RecordedPlace, s3: S3Client): Promise<RecordedContents> {
  const pointers: Record<string, number> = {};
  const withContents = async (item: RecordedItem): Promise<RecordedItem> => {
    const contents: Record<string, unknown> = {};
    const keys: Record<string, string> = {};
    for (const [name, value] of Object.entries(item)) {
      const pointer = pointerIn(value);
      if (pointer === undefined) continue;
      pointers[name] = (pointers[name] ?? 0) + 1;
      keys[name] = keyWithin(place, pointer);
      contents[name] = await pointedTo(pointer, s3);
    }
    return { ...item, ...contents, keys };
  };
  const read = async (name: (typeof RECORDED)[number]): Promise<readonly RecordedItem[]> => {
    const items = await itemsOf(physicalTableName(place.prefix, name));
    return Promise.all(items.map((item) => withContents(unmarshall(item))));
  };
  const tables = Object.fromEntries(await Promise.all(RECORDED.map(async (name) => [name, await read(name)])));
  return { tables, pointers };
}

interface Pointer {
  readonly Bucket: string;
  readonly Key: string;
  readonly TargetPath: string;
}

function pointerIn(value: unknown): Pointer | undefined {
  return isObject(value) ? (value['replace'] as Pointer | undefined) : undefined;
}

/** The part of a key that deployments have in common, whose buckets and stacks have other names. */
function keyWithin({ bucket, prefix }: RecordedPlace, { Bucket, Key, TargetPath }: Pointer): string {
  const folder = `${prefix}/payloads/`;
  expect([Bucket, Key.slice(0, folder.length), TargetPath]).toEqual([bucket, folder, '$']);
  return Key.slice(folder.length);
}

async function pointedTo({ Bucket, Key }: Pointer, s3: S3Client): Promise<unknown> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
}

/** Each item as a text that is the same for the same item, in the texts' order. */
export function comparable(items: readonly RecordedItem[]): readonly string[] {
  return items.map((item) => JSON.stringify(sorted(item))).sort();
}

/** The same with the fields of all objects in order, which DynamoDB does not keep. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, field]) => [name, sorted(field)]);
}
