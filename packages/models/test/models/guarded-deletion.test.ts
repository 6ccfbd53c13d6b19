import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { afterAll, describe, expect, test } from '@jest/globals';
import { AssociatedRulesError, RecordBeingDeletedError } from '../../src/errors.ts';
import { examples } from '../schemas/examples.ts';
import { Deployment } from './deployment.ts';

const key = { name: 'MOD09GQ', version: '006' };
const collection = examples.collection as never;
const provider = { id: 's3', host: 'data.example.gov' };
const rule = { name: 'once', workflow: 'Ingest', collection: key, provider: 's3', rule: { type: 'onetime' } } as const;
const mark = { by: 'killed', until: 61_000 };

onDynamoDBLocal('a collection or provider that rules name', () => {
  const deployment = new Deployment({ tables: ['CollectionsTable', 'ProvidersTable', 'RulesTable'] });
  /** The requests of the slow client, with the times between which each was carried out. */
  const sent: { readonly command: string; readonly begun: number; readonly answered: number }[] = [];
  const slowClient = createClient();
  slowClient.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        await sleep(Math.random() < 0.5 ? 0 : Math.random() * 12);
        const begun = performance.now();
        const result = await next(args);
        sent.push({ command: commandName, begun, answered: performance.now() });
        await sleep(Math.random() < 0.5 ? 0 : Math.random() * 12);
        return result;
      },
    { step: 'initialize', name: 'slow' },
  );
  afterAll(() => slowClient.destroy());
  const slow = () => deployment.models({ client: slowClient });

  test('is not deleted, and the error has the names of the rules', async () => {
    const { collections, providers, rules } = deployment.models();
    await collections.create(collection);
    await providers.create(provider);
    await rules.create({ ...rule, name: 'b' });
    await rules.create({ ...rule, name: 'a' });
    await rules.create({ ...rule, name: 'other', collection: { ...key, version: '007' }, provider: 'other' });
    for (const deletion of [
      collections.delete(key),
      collections.batchDelete([key]),
      providers.delete(provider),
      providers.batchDelete([provider]),
    ]) {
      await expect(deletion).rejects.toMatchObject({ rules: ['a', 'b'] });
      await expect(deletion).rejects.toThrow(AssociatedRulesError);
    }
    expect(await deployment.items('CollectionsTable')).toEqual([await collections.get(key)]);
    expect(await deployment.items('ProvidersTable')).toEqual([await providers.get(provider)]);

    await rules.delete({ name: 'a' });
    await rules.update({ name: 'b' }, { collection: { ...key, version: '007' } }, ['provider']);
    expect(await collections.delete(key)).toBe(true);
    expect(await providers.delete(provider)).toBe(true);
    expect(await collections.delete(key)).toBe(false);
    expect(await providers.delete(provider)).toBe(false);
  });

  test('that is being deleted is named by no rule, until the deletion is given up', async () => {
    const { collections, providers, rules } = deployment.models();
    await rules.create({ ...rule, name: 'first', collection: { ...key, version: '007' }, provider: 'other' });
    await deployment.put('CollectionsTable', { ...examples.collection, beingDeleted: mark });
    await deployment.put('ProvidersTable', { ...provider, beingDeleted: mark });
    deployment.now = mark.until - 1;
    await expect(rules.create(rule)).rejects.toThrow(RecordBeingDeletedError);
    await expect(rules.update({ name: 'first' }, { collection: key })).rejects.toThrow('collection name "MOD09GQ"');
    await expect(rules.update({ name: 'first' }, { provider: 's3' })).rejects.toThrow('provider id "s3"');
    await expect(rules.replace({ ...rule, name: 'first' })).rejects.toThrow(RecordBeingDeletedError);
    await rules.update({ name: 'first' }, { state: 'DISABLED' });
    expect(await deployment.items('RulesTable')).toHaveLength(1);

    deployment.now = mark.until;
    await rules.create(rule);
    await expect(collections.delete(key)).rejects.toThrow(AssociatedRulesError);
    await expect(providers.delete(provider)).rejects.toThrow(AssociatedRulesError);
    expect(JSON.stringify(await deployment.items('CollectionsTable'))).not.toContain('beingDeleted');
  });

  test('is deleted by the next, if a deletion was killed', async () => {
    const { collections, providers } = deployment.models();
    await deployment.put('CollectionsTable', { ...examples.collection, beingDeleted: mark });
    await deployment.put('ProvidersTable', { ...provider, beingDeleted: mark });
    expect(await collections.delete(key)).toBe(true);
    expect(await providers.delete(provider)).toBe(true);
    expect(await deployment.items('CollectionsTable')).toEqual([]);
    expect(await deployment.items('ProvidersTable')).toEqual([]);
  });

  test('never shows that it is being deleted', async () => {
    const { collections, providers } = deployment.models();
    await deployment.put('CollectionsTable', { ...examples.collection, createdAt: 1, beingDeleted: mark });
    await deployment.put('ProvidersTable', { ...provider, createdAt: 1, beingDeleted: mark });
    const shown = [
      await collections.get(key),
      await collections.batchGet([key]),
      (await collections.list().page()).records,
      await collections.update(key, { dataType: 'MOD' }),
      await collections.replace(collection),
      await providers.get(provider),
      await providers.batchGet([provider]),
      (await providers.list().page()).records,
      await providers.update(provider, { port: 1 }),
      await providers.replace(provider),
    ];
    expect(JSON.stringify(shown)).not.toContain('beingDeleted');
    expect(await deployment.item('CollectionsTable', key)).toMatchObject({ beingDeleted: mark });
    expect(await deployment.item('ProvidersTable', { id: 's3' })).toMatchObject({ beingDeleted: mark });
  });

  test('is not left marked when its rules cannot be read', async () => {
    const tables = (name: string) => (name === 'RulesTable' ? 'no-such-table' : `${deployment.prefix}-${name}`);
    const { collections } = deployment.models({ tables });
    await collections.create(collection);
    await expect(collections.delete(key)).rejects.toThrow('no-such-table');
    expect(await deployment.item('CollectionsTable', key)).not.toHaveProperty('beingDeleted');
  });

  test('is deleted once, of many deletions at once', async () => {
    const { collections } = slow();
    await collections.create(collection);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => collections.delete(key)));
    expect(outcomes).toContain(true);
    expect(await deployment.items('CollectionsTable')).toEqual([]);
  });

  describe('at the same time as the rule is written', () => {
    const other = { ...rule, collection: { name: 'other', version: '1' }, provider: 'other' };

    test.each(['create', 'update', 'replace'] as const)('by %s, is kept, or deleted before', async (write) => {
      const { collections, providers, rules } = slow();
      const models = deployment.models();
      const deletions = [
        { exists: () => collections.exists(key), delete: () => collections.delete(key) },
        { exists: () => providers.exists(provider), delete: () => providers.delete(provider) },
      ];
      const writeRule = (): Promise<unknown> => {
        if (write === 'create') return rules.create(rule);
        if (write === 'replace') return rules.replace(rule);
        return rules.update(rule, { collection: key, provider: 's3' });
      };
      for (let round = 0; round < sizeOf({ usual: 10, whole: 40 }); round += 1) {
        for (const name of ['CollectionsTable', 'ProvidersTable', 'RulesTable'] as const) await deployment.empty(name);
        await Promise.all([models.collections.create(collection), models.providers.create(provider)]);
        if (write !== 'create') await models.rules.create(other);
        sent.length = 0;
        const deletion = deletions[round % 2] as (typeof deletions)[0];
        const [written, ...deleted] = await Promise.allSettled([
          sleep(Math.random() * 50).then(writeRule),
          sleep(Math.random() * 80).then(deletion.delete),
          ...(round % 4 < 2 ? [sleep(Math.random() * 80).then(deletion.delete)] : []),
        ]);
        for (const outcome of [written, ...deleted]) {
          if (outcome.status === 'fulfilled') continue;
          expect([AssociatedRulesError, RecordBeingDeletedError]).toContain(outcome.reason.constructor);
        }
        const names = (await deployment.item('RulesTable', { name: 'once' }))?.['provider'] === 's3';
        const isThere = await deletion.exists();
        expect(names).toBe(written.status === 'fulfilled');
        expect(isThere).toBe(deleted.every(({ status }) => status === 'rejected'));
        if (names && !isThere) {
          // The rule was written after the deletion was done: what it would name could not be known then.
          const writing = sent.findLast(({ command }) => command === 'TransactWriteItemsCommand');
          const deleting = sent.findLast(({ command }) => command === 'DeleteItemCommand');
          expect(writing?.answered).toBeGreaterThan(deleting?.begun ?? Number.POSITIVE_INFINITY);
        }
      }
    });
  });

  test('is not named by a rule that was begun before it was deleted', async () => {
    const { collections } = deployment.models();
    await collections.create(collection);
    // What the rule depends on is read before the deletion, and the rule written after it.
    const late = createClient();
    late.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'TransactWriteItemsCommand') expect(await collections.delete(key)).toBe(true);
          return next(args);
        },
      { step: 'initialize', name: 'late' },
    );
    const { provider: _, ...withoutProvider } = rule;
    await expect(deployment.models({ client: late }).rules.create(withoutProvider)).rejects.toThrow(
      RecordBeingDeletedError,
    );
    late.destroy();
    expect(await deployment.items('RulesTable')).toEqual([]);
    await deployment.models().rules.create(withoutProvider);
  });

  test('is deleted although there are rules that name no collection', async () => {
    const { collections } = deployment.models();
    await collections.create(collection);
    await deployment.put('RulesTable', { name: 'foreign', workflow: 'W', rule: { type: 'onetime' } });
    expect(await collections.delete(key)).toBe(true);
  });
});
