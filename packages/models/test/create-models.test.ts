import { createClient } from '@cumulus/dynamodb/aws';
import { describe, expect, test } from '@jest/globals';
import { createModels, tablesFromEnvironment } from '../src/create-models.ts';

describe('createModels', () => {
  const client = createClient({ region: 'us-west-2' });

  test('asks for the tables only that are used: the Lambdas of earlier releases know but these', () => {
    const tables = tablesFromEnvironment({ GranulesTable: 'a', RulesTable: 'b' });
    const models = createModels({ client, tables });
    expect([models.granules.table, models.rules.table]).toEqual(['a', 'b']);
    expect(models.granules).toBe(models.granules);
    expect(() => models.pdrs).toThrow(
      new TypeError('The environment variable PdrsTable does not say which table it is.'),
    );
  });

  test('has a model for each table', () => {
    const models = createModels({ client, tables: 'prod' });
    expect(Object.keys(models)).toHaveLength(11);
    for (const { table } of Object.values(models)) expect(table).toMatch(/^prod-\w+Table$/);
  });
});
