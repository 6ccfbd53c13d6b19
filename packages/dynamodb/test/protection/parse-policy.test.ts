import { describe, expect, test } from '@jest/globals';
import { PolicyError } from '../../src/protection/errors.ts';
import { parsePolicy } from '../../src/protection/parse-policy.ts';
import { DEFAULT_POLICY, policyOf } from '../../src/protection/policy.ts';

function parse(policy: unknown) {
  return parsePolicy(JSON.stringify(policy), 'policy.json');
}

describe('parsePolicy', () => {
  test('an empty policy is the default', () => {
    expect(parse({})).toEqual(DEFAULT_POLICY);
    expect(parse({ tables: {}, deployment: {} })).toEqual(DEFAULT_POLICY);
  });

  test('what it says of * holds for each table, but not against what it says of one', () => {
    const policy = parse({
      tables: { '*': { backup: { maxAgeHours: 48 }, stream: 'off' }, RulesTable: { backup: { maxAgeHours: 1 } } },
    });
    expect(policyOf(policy, 'GranulesTable').backup).toEqual({ level: 'require', maxAgeHours: 48 });
    expect(policyOf(policy, 'RulesTable').backup).toEqual({ level: 'require', maxAgeHours: 1 });
    expect(policyOf(policy, 'RulesTable').stream).toEqual({ level: 'off' });
  });

  test('a field of a check leaves its other fields as the default has them, for tables with a default of their own too', () => {
    const policy = parse({ tables: { '*': { backup: { maxAgeHours: 48 } } } });
    expect(policyOf(policy, 'AccessTokensTable').backup).toEqual({ level: 'off', maxAgeHours: 48 });
    const off = parse({ tables: { '*': { onDemand: { level: 'off', maxAgeDays: 7 } } } });
    expect(policyOf(off, 'RulesTable').onDemand).toEqual({ level: 'off', maxAgeDays: 7 });
    const ofOne = parse({ tables: { '*': { export: { maxAgeDays: 7 } }, RulesTable: { export: 'require' } } });
    expect(policyOf(ofOne, 'RulesTable').export).toEqual({ level: 'require', maxAgeDays: 7 });
    const all = parse({ tables: { '*': { backup: 'require' } } });
    expect(policyOf(all, 'AccessTokensTable').backup.level).toBe('require');
  });

  test.each([
    ['{ "tables": ', 'policy.json is not JSON'],
    ['[]', 'policy.json is not a policy: it has to be an object.'],
    [
      '{ "tables": { "*": { "backup": "require", "backup": "off" } } }',
      "policy.json has an object with a name twice: Duplicate key 'backup'",
    ],
    ['{ "table": {} }', 'policy.json: there is no field table.\n  Fields: deployment, tables.'],
    ['{ "__proto__": {} }', 'there is no field __proto__'],
    ['{ "tables": { "GranuleTable": {} } }', 'there is no field tables.GranuleTable'],
    ['{ "tables": { "*": { "pitr": "off" } } }', 'there is no field tables.*.pitr'],
    ['{ "tables": { "*": { "backup": { "maxAge": 1 } } } }', 'there is no field tables.*.backup.maxAge'],
    [
      '{ "tables": { "*": { "backup": "required" } } }',
      'tables.*.backup is "required", not one of require, warn, off.',
    ],
    ['{ "tables": { "*": { "backup": true } } }', 'tables.*.backup has to be an object.'],
    ['{ "tables": { "*": { "backup": { "maxAgeHours": "1" } } } }', 'tables.*.backup.maxAgeHours is "1", not a number'],
    ['{ "tables": { "*": { "backup": { "maxAgeHours": -1 } } } }', 'is -1, not a number from 0.01 to 87600.'],
    ['{ "tables": { "*": { "pointInTime": { "minDays": 36 } } } }', 'is 36, not a number from 1 to 35.'],
    ['{ "tables": { "*": { "encryption": { "type": "AES" } } } }', 'is "AES", not one of any, KMS.'],
    [
      '{ "tables": { "*": { "onDemand": { "maxAgeDays": 7 } } } }',
      'policy.json: tables.*.onDemand has limits and is off, so it has no effect.\n  Give it a level: require, warn or off.',
    ],
    [
      '{ "tables": { "AccessTokensTable": { "backup": { "maxAgeHours": 48 } } } }',
      'tables.AccessTokensTable.backup has limits and is off, so it has no effect.',
    ],
    ['{ "deployment": { "rehearsal": { "days": 1 } } }', 'there is no field deployment.rehearsal.days'],
  ])('refuses %s', (text, message) => {
    expect(() => parsePolicy(text, 'policy.json')).toThrow(PolicyError);
    expect(() => parsePolicy(text, 'policy.json')).toThrow(message);
  });
});
