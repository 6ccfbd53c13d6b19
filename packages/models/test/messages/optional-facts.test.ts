import { describe, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';

const COLLECTION = { name: 'MOD09GQ', version: '006' };

/** The records of a message with these fields, at a time. */
function recordsWith(meta: object, cumulusMeta: object = {}) {
  const message = parseMessage({
    cumulus_meta: {
      execution_name: 'run1',
      state_machine: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Ingest',
      workflow_start_time: 1_000,
      ...cumulusMeta,
    },
    meta: { status: 'completed', collection: COLLECTION, ...meta },
    payload: { granules: [{ granuleId: 'G1', files: [{ name: 'a.hdf', path: 'data' }] }] },
  });
  return recordsOfMessage(message, { time: 5_000 });
}

describe('an optional field of a message', () => {
  test('that is in order is no problem', () => {
    expect(recordsWith({}).problems).toEqual([]);
    expect(recordsWith({ provider: { id: 'p', host: 'h', port: 21 }, pdr: null, workflow_name: '' }).problems).toEqual(
      [],
    );
  });

  test('that is a number instead of a text is converted, which is said', () => {
    const { execution, granules, problems } = recordsWith(
      { collection: { name: 'MOD09GQ', version: 5 }, provider: { id: 7 }, workflow_name: 12, pdr: { name: 3 } },
      { asyncOperationId: 9, workflow_stop_time: '3000' },
    );
    expect(execution).toMatchObject({ collectionId: 'MOD09GQ___5', type: '12', asyncOperationId: '9', duration: 2 });
    expect(granules).toMatchObject([{ granuleId: 'G1', collectionId: 'MOD09GQ___5', provider: '7', pdrName: '3' }]);
    expect(problems).toContainEqual({
      ...{ record: 'execution', path: 'meta.collection.version', isPartial: true },
      reason: 'is a number, and was converted to the text "5"',
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      ...['cumulus_meta.asyncOperationId', 'cumulus_meta.workflow_stop_time', 'meta.collection.version'],
      ...['meta.pdr.name', 'meta.provider.id', 'meta.workflow_name'],
    ]);
    expect(problems.every(({ isPartial }) => isPartial === true)).toBe(true);
  });

  test.each([
    ['meta.provider', { provider: 'modaps' }, {}],
    ['meta.provider.id', { provider: { id: { a: 1 } } }, {}],
    ['meta.provider.host', { provider: { host: ['h'] } }, {}],
    ['meta.provider.port', { provider: { host: 'h', port: {} } }, {}],
    ['meta.provider.id', { provider: { id: 'é'.repeat(513) } }, {}],
    ['meta.pdr', { pdr: 'name' }, {}],
    ['meta.pdr.name', { pdr: { name: true } }, {}],
    ['meta.workflow_name', { workflow_name: 1.5 }, {}],
    ['meta.workflow_tasks', { workflow_tasks: 'none' }, {}],
    ['cumulus_meta.parentExecutionArn', {}, { parentExecutionArn: {} }],
    ['cumulus_meta.parentExecutionArn', {}, { parentExecutionArn: 'a'.repeat(2_049) }],
    ['cumulus_meta.asyncOperationId', {}, { asyncOperationId: 'é'.repeat(1_025) }],
    ['cumulus_meta.workflow_stop_time', {}, { workflow_stop_time: 1.5 }],
    ['cumulus_meta.workflow_stop_time', {}, { workflow_stop_time: 'today' }],
  ])('that cannot be converted is left out, which is said: %s', (path, meta, cumulusMeta) => {
    const { execution, granules, problems } = recordsWith(meta, cumulusMeta);
    expect(execution.name).toBe('run1');
    expect(granules).toHaveLength(1);
    expect(problems).toEqual([
      { record: 'execution', path, reason: expect.stringMatching(/, and was left out$/), isPartial: true },
    ]);
  });

  test('without which a granule cannot be recorded leaves the execution its record', () => {
    const { execution, granules, problems } = recordsWith({ collection: { name: 'MOD09GQ', version: { a: 1 } } });
    expect(execution).toMatchObject({ name: 'run1', status: 'completed' });
    expect(granules).toEqual([]);
    expect(problems.map(({ path, isPartial }) => [path, isPartial])).toEqual([
      ['meta.collection.version', true],
      ['meta.collection', undefined],
    ]);
  });
});
