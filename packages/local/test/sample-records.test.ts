import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { loadSampleRecords, type SampleRecord, sampleRecords } from '../src/sample-records.ts';
import { clientOf } from './requests.ts';

const KEYS: Record<string, readonly string[]> = {
  AccessTokensTable: ['accessToken'],
  AsyncOperationsTable: ['id'],
  CollectionsTable: ['name', 'version'],
  ExecutionsTable: ['arn'],
  FilesTable: ['bucket', 'key'],
  GranulesTable: ['granuleId'],
  PdrsTable: ['pdrName'],
  ProvidersTable: ['id'],
  RulesTable: ['name'],
  SemaphoresTable: ['key'],
  UsersTable: ['userName'],
};

const tables: Record<string, readonly SampleRecord[]> = {};
for await (const { tableName, records } of sampleRecords()) tables[tableName] = records;

const table = (name: string): readonly SampleRecord[] => tables[name] ?? [];

describe('sampleRecords', () => {
  test('has records for every table of a deployment, and 200 granules', () => {
    expect(Object.keys(tables)).toEqual(Object.keys(KEYS));
    expect(table('GranulesTable')).toHaveLength(200);
  });

  test.each(Object.entries(KEYS))('gives each record of the %s a key of its own', (name, keys) => {
    const found = table(name).map((record) => JSON.stringify(keys.map((key) => record[key])));
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found).size).toBe(found.length);
  });

  test('has the collection, provider, execution, PDR and files that each granule names', () => {
    const collections = new Set(table('CollectionsTable').map(({ name, version }) => `${name}___${version}`));
    const named = {
      providers: new Set(table('ProvidersTable').map(({ id }) => id)),
      executions: new Set(table('ExecutionsTable').map(({ execution }) => execution)),
      pdrs: new Set(table('PdrsTable').map(({ pdrName }) => pdrName)),
      files: new Set(table('FilesTable').map(({ bucket, key }) => `${bucket}/${key}`)),
    };
    for (const granule of table('GranulesTable')) {
      expect(collections).toContain(granule['collectionId']);
      expect(named.providers).toContain(granule['provider']);
      expect(named.executions).toContain(granule['execution']);
      expect(named.pdrs).toContain(granule['pdrName']);
      for (const { bucket, key } of granule['files'] as { bucket: string; key: string }[]) {
        expect(named.files).toContain(`${bucket}/${key}`);
      }
    }
  });

  test('has collections whose expressions match their samples', () => {
    for (const collection of table('CollectionsTable')) {
      const { granuleId, granuleIdExtraction, sampleFileName } = collection as Record<string, string>;
      const captured = String(sampleFileName).match(String(granuleIdExtraction))?.[1];
      expect(captured).toMatch(new RegExp(String(granuleId)));
      for (const file of collection['files'] as { regex: string; sampleFileName: string }[]) {
        expect(file.sampleFileName).toMatch(new RegExp(file.regex));
      }
    }
  });
});

describe('loadSampleRecords', () => {
  test('writes every record into the tables of a deployment, and over none that is there', async () => {
    const client = clientOf(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']));
    const prefix = `sample-${randomUUID()}`;
    const names = Object.keys(KEYS).map((name) => `${prefix}-${name}`);
    try {
      await Promise.all(
        Object.entries(KEYS).map(([name, keys]) => client.send(createTable(`${prefix}-${name}`, keys))),
      );
      const there = { userName: { S: 'ada' }, theirs: { S: 'kept' } };
      await client.send(new PutItemCommand({ TableName: `${prefix}-UsersTable`, Item: there }));
      const loaded = await loadSampleRecords({ client, tableName: (name) => `${prefix}-${name}` });
      const counts = await Promise.all(
        names.map(async (TableName) => {
          let count = 0;
          let ExclusiveStartKey: ScanCommand['input']['ExclusiveStartKey'];
          do {
            const page = await client.send(new ScanCommand({ TableName, Select: 'COUNT', ExclusiveStartKey }));
            count += page.Count ?? 0;
            ExclusiveStartKey = page.LastEvaluatedKey;
          } while (ExclusiveStartKey !== undefined);
          return count;
        }),
      );
      expect(counts).toEqual(Object.values(tables).map(({ length }) => length));
      expect(loaded).toEqual({ written: counts.reduce((sum, count) => sum + count) - 1, present: 1 });
      const kept = await client.send(
        new GetItemCommand({ TableName: `${prefix}-UsersTable`, Key: { userName: { S: 'ada' } } }),
      );
      expect(kept.Item).toEqual(there);
      // All are there now.
      const again = await loadSampleRecords({ client, tableName: (name) => `${prefix}-${name}` });
      expect(again).toEqual({ written: 0, present: loaded.written + 1 });
    } finally {
      await Promise.allSettled(names.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
      client.destroy();
    }
  });
});

function createTable(TableName: string, keys: readonly string[]): CreateTableCommand {
  return new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  });
}
