import { expect, test } from '@jest/globals';
import type { ExecutionModel, GranuleModel, NewestOptionsOf, ProviderModel, RecordFilterOf } from '../../src/index.ts';
import type { Execution, Granule, Pdr, Provider, Rule } from '../../src/schemas/index.ts';

/*
 * What `npm run typecheck` finds: each line after `@ts-expect-error` has to be an error, and no other may be. They run as well, so that
 * each list holds what it should.
 */

test('filters name fields that records have, and values that these can have', () => {
  const filters: readonly RecordFilterOf<Granule>[] = [
    { kind: 'is', field: 'status', values: ['failed', 'running'] },
    // @ts-expect-error: no granule has this status
    { kind: 'is', field: 'status', values: ['fialed'] },
    // @ts-expect-error: not this one either
    { kind: 'not', field: 'status', values: ['failed', 'fialed'] },
    { kind: 'is', field: 'granuleId', values: ['any text'] },
    // @ts-expect-error: granules have no such field
    { kind: 'is', field: 'staus', values: ['failed'] },
    { kind: 'is', field: 'published', values: ['true'] },
    // @ts-expect-error: it is true or false
    { kind: 'is', field: 'published', values: ['yes'] },
    { kind: 'is', field: 'duration', values: ['2.5'] },
    // @ts-expect-error: it is a number
    { kind: 'is', field: 'duration', values: ['long'] },
    { kind: 'range', field: 'timestamp', from: `${Date.now()}`, below: '1e300' },
    // @ts-expect-error: a time is a number of milliseconds
    { kind: 'range', field: 'timestamp', from: 'yesterday' },
    // @ts-expect-error: as a text
    { kind: 'range', field: 'timestamp', from: 5 },
    // @ts-expect-error: a range has no such end
    { kind: 'range', field: 'timestamp', until: '5' },
    { kind: 'range', field: 'beginningDateTime', above: '2026-01-01' },
    { kind: 'exists', field: 'error', exists: true },
    // @ts-expect-error: granules have no such field
    { kind: 'exists', field: 'eror', exists: true },
    { kind: 'prefix', field: 'granuleId', text: 'MOD' },
    // @ts-expect-error: granules have no such field
    { kind: 'infix', field: 'granuleID', text: 'MOD' },
    { kind: 'like', field: 'granuleId', pattern: 'MOD*' },
    { kind: 'like', pattern: 'MOD*', except: ['granuleId', 'status'] },
    // @ts-expect-error: granules have no such field
    { kind: 'like', pattern: 'MOD*', except: ['granule'] },
    { kind: 'text', text: 'MOD', except: ['granuleId'] },
    // @ts-expect-error: granules have no such field
    { kind: 'word', field: 'id', text: 'MOD' },
    { kind: 'is', field: 'files.bucket', values: ['protected'] },
    { kind: 'is', field: 'files.size', values: ['5'] },
    // @ts-expect-error: a file has no such field
    { kind: 'is', field: 'files.buckets', values: ['protected'] },
    { kind: 'is', field: 'error.Cause', values: ['any text'] },
    { kind: 'any', of: [{ kind: 'is', field: 'status', values: ['failed'] }] },
    // @ts-expect-error: nor within others
    { kind: 'none', of: [{ kind: 'is', field: 'status', values: ['fialed'] }] },
    // @ts-expect-error: there is no such filter
    { kind: 'isnt', field: 'status', values: ['failed'] },
  ];
  expect(filters).toHaveLength(30);
});

test('each type of record has its own', () => {
  const ofExecutions: RecordFilterOf<Execution> = { kind: 'is', field: 'type', values: ['IngestGranule'] };
  // @ts-expect-error: executions have no files
  const files: RecordFilterOf<Execution> = { kind: 'exists', field: 'files', exists: true };
  const inPayload: RecordFilterOf<Execution> = { kind: 'is', field: 'finalPayload.granules.id', values: ['any text'] };
  const ofRules: RecordFilterOf<Rule> = { kind: 'is', field: 'rule.type', values: ['scheduled'] };
  // @ts-expect-error: no rule has this type
  const type: RecordFilterOf<Rule> = { kind: 'is', field: 'rule.type', values: ['sheduled'] };
  const ofProviders: RecordFilterOf<Provider> = { kind: 'is', field: 'protocol', values: ['s3'] };
  // @ts-expect-error: there is no such protocol
  const protocol: RecordFilterOf<Provider> = { kind: 'is', field: 'protocol', values: ['S3'] };
  // Configuration has no time of its own; its last change stands for it.
  const time: RecordFilterOf<Provider> = { kind: 'range', field: 'timestamp', from: '5' };
  expect([ofExecutions, files, inPayload, ofRules, type, ofProviders, protocol, time]).toHaveLength(8);
});

test('the newest are of a status that there is, and of a provider where records name one', () => {
  const ofGranules: readonly NewestOptionsOf<Granule>[] = [
    { status: 'failed', collectionId: 'MOD___1', provider: 's3', from: 5, to: 6, order: 'asc', limit: 10 },
    // @ts-expect-error: no granule has this status
    { status: 'fialed' },
    // @ts-expect-error: nor this field
    { staus: 'failed' },
    // @ts-expect-error: a time is a number here
    { from: '5' },
    // @ts-expect-error: there is no such order
    { order: 'newest' },
  ];
  const ofPdrs: NewestOptionsOf<Pdr> = { provider: 's3', status: 'completed' };
  // @ts-expect-error: executions name no provider
  const provider: NewestOptionsOf<Execution> = { provider: 's3' };
  expect([...ofGranules, ofPdrs, provider]).toHaveLength(7);
});

test('models take these alone', () => {
  const ask = (granules: GranuleModel, executions: ExecutionModel, providers: ProviderModel) => [
    granules.newest({ status: 'failed' }),
    // @ts-expect-error: no granule has this status
    granules.newest({ status: 'fialed' }),
    granules.search({ filters: [{ kind: 'is', field: 'status', values: ['failed'] }], limit: 1 }),
    // @ts-expect-error: no granule has this status
    granules.search({ filters: [{ kind: 'is', field: 'status', values: ['fialed'] }], limit: 1 }),
    granules.search({ sort: [{ field: 'granuleId', order: 'asc' }], limit: 1 }),
    // @ts-expect-error: granules have no such field
    granules.search({ sort: [{ field: 'granuleID', order: 'asc' }], limit: 1 }),
    // @ts-expect-error: there is no such order
    granules.search({ sort: [{ field: 'granuleId', order: 'up' }], limit: 1 }),
    granules.countByStatus([{ kind: 'is', field: 'collectionId', values: ['MOD___1'] }]),
    // @ts-expect-error: granules have no such field
    granules.countByStatus([{ kind: 'is', field: 'collection', values: ['MOD___1'] }]),
    // @ts-expect-error: executions name no provider
    executions.newest({ provider: 's3' }),
    providers.search({ sort: [{ field: 'timestamp', order: 'desc' }], limit: 1 }),
    // @ts-expect-error: there is no such protocol
    providers.search({ filters: [{ kind: 'is', field: 'protocol', values: ['S3'] }], limit: 1 }),
  ];
  expect(ask).toHaveLength(3);
});
