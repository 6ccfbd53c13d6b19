import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { createStreamsClient } from '../../src/aws/client.ts';
import { AccessDeniedError } from '../../src/aws/errors.ts';
import { createTable } from '../../src/tables/create.ts';
import { granule } from '../scratch.ts';
import { archivesAtOnce, type Running, STREAMED_SCHEMA } from './archived.ts';
import { writeAtRandom } from './write-at-random.ts';

onDynamoDBLocal('following a table', () => {
  archivesAtOnce({
    'gives shards to a follower that starts later, and loses none of their changes': async (scratch) => {
      const followed = await scratch.followed();
      const { front } = followed;
      const first = scratch.start(followed);
      await scratch.reached(0);
      const second = scratch.start(followed);
      await second.until('shard of another');
      const before = first.events.length;
      const hasWritten = ({ events }: Running, from = 0): boolean =>
        events.slice(from).some(({ kind }) => kind === 'segment');
      while (!hasWritten(second) || !hasWritten(first, before))
        await writeAtRandom(front, { writers: 2, milliseconds: 200 });
      await scratch.reached(Date.now());
      const results = [await first.stop(), await second.stop()];
      expect(results.reduce((sum, { changes }) => sum + changes, 0)).toBe(front.journal.length);
      expect(readdirSync(scratch.archive).filter((name) => /waiting|lock/.test(name))).toEqual([]);
      await scratch.expectJournal(followed, 2);
      await scratch.expectWhole();
    },

    'leaves a shard that another follower took meanwhile, and writes no change twice': async (scratch) => {
      const followed = await scratch.followed();
      const { front } = followed;
      const gate = new Gate();
      const held = createStreamsClient({ endpoint: front.endpoint });
      held.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          await gate.pass();
          return answer;
        },
        { step: 'initialize' },
      );
      const first = scratch.start({ ...followed, streams: held });
      await scratch.reached(0);
      gate.close();
      await writeAtRandom(front, { writers: 2, milliseconds: 300 });
      await gate.hasHeld();
      // As in S3, where the lease of a follower ends that does not renew it.
      for (const name of readdirSync(scratch.archive).filter((each) => each.includes('.follow.lock.')))
        rmSync(join(scratch.archive, name));
      const second = scratch.start(followed);
      await second.until('segment');
      await scratch.reached(Date.now());
      gate.open();
      await first.until('shard of another', 1);
      await writeAtRandom(front, { writers: 2, milliseconds: 300 });
      await scratch.reached(Date.now());
      const results = [await first.stop(), await second.stop()];
      held.destroy();
      expect(results.reduce((sum, { changes }) => sum + changes, 0)).toBe(front.journal.length);
      expect((await scratch.summary()).gaps).toHaveLength(1);
      await scratch.expectJournal(followed, 2);
      await scratch.expectWhole();
    },

    'ends where it may not read, and loses nothing once it may again': async (scratch) => {
      const followed = await scratch.followed();
      const { front } = followed;
      const first = scratch.start(followed);
      await scratch.reached(0);
      front.refusal = 'AccessDeniedException';
      await writeAtRandom(front, { writers: 2, milliseconds: 300 });
      await expect(first.ended).rejects.toThrow(AccessDeniedError);
      front.refusal = undefined;
      const second = scratch.start(followed);
      await scratch.reached(Date.now());
      await second.stop();
      const { changes, gaps } = await scratch.summary();
      expect({ changes, gaps: gaps.length }).toEqual({ changes: front.journal.length, gaps: 1 });
      await scratch.expectJournal(followed, 2);
    },

    'outlasts credentials that expire, which it reports once': async (scratch) => {
      const followed = await scratch.followed();
      const { front } = followed;
      const running = scratch.start(followed);
      await scratch.reached(0);
      front.refusal = 'ExpiredTokenException';
      await running.until('paused');
      await writeAtRandom(front, { writers: 2, milliseconds: 600 });
      front.refusal = undefined;
      await running.until('resumed');
      await scratch.reached(Date.now());
      await running.stop();
      const reported = running.events.flatMap(({ kind }) => (kind === 'paused' || kind === 'resumed' ? [kind] : []));
      expect(reported).toEqual(['paused', 'resumed']);
      const { changes, gaps, bases } = await scratch.summary();
      expect({ changes, gaps: gaps.length, bases: bases.length }).toEqual({
        ...{ changes: front.journal.length, gaps: 1, bases: 1 },
      });
      await scratch.expectJournal(followed, 2);
    },

    'goes on with the new stream of a table, with a new base, and claims no second between the two': async (
      scratch,
    ) => {
      const followed = await scratch.followed();
      const { front, table, client } = followed;
      const running = scratch.start(followed);
      await scratch.reached(0);
      await front.put(granule(1));
      await scratch.reached(Date.now());
      await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification: { StreamEnabled: false } }));
      await running.until('paused');
      const withoutStream = Date.now();
      await front.put(granule(2));
      const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
      await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
      await front.showNewStream();
      await running.until('base made', 2);
      await front.put(granule(3));
      await scratch.reached(Date.now());
      await running.stop();
      expect(running.events.filter(({ kind }) => kind === 'stream changed')).toHaveLength(1);
      const { restorable, gaps } = await scratch.summary();
      expect({ restorable: restorable.length, gaps: gaps.length }).toEqual({ restorable: 2, gaps: 2 });
      expect(restorable.map(({ isOpen }) => isOpen)).toEqual([false, true]);
      expect(restorable[0]?.to.getTime()).toBeLessThan(withoutStream);
      expect(restorable[1]?.from.getTime()).toBeGreaterThan(withoutStream);
      await scratch.expectJournal(followed, 4);
      await scratch.expectWhole();
    },

    'has no lag once the stream of a table that is gone for good is archived to its end': async (scratch) => {
      const followed = await scratch.followed();
      const { front, table, client } = followed;
      const running = scratch.start(followed);
      await scratch.reached(0);
      await front.put(granule(1));
      // As DynamoDB ends the shards of a stream that gets no more changes.
      for (let shards = 0; shards < 2; shards += 1) await front.split(0);
      const isOpen = async (): Promise<boolean> =>
        (await scratch.summary()).restorable.some((range) => range.isOpen) || (await scratch.summary()).changes < 1;
      while (await isOpen()) await sleep(50);
      await client.send(new DeleteTableCommand({ TableName: table }));
      await running.until('paused');
      const { changes, bases } = await running.stop();
      expect({ changes, bases: bases.length }).toEqual({ changes: 1, bases: 1 });
      const reported = running.events.flatMap((event) => (event.kind === 'paused' ? [event.error.code] : []));
      expect(reported).toEqual(['TABLE_NOT_FOUND']);
      const { lag, restorable, gaps } = await scratch.summary();
      expect({ lag, open: restorable.map((range) => range.isOpen), gaps: gaps.length }).toEqual({
        ...{ lag: undefined, open: [false], gaps: 1 },
      });
      await scratch.expectJournal(followed, 2);
      await scratch.expectWhole();
    },

    'waits for a table that was deleted, and takes one that is created in its place for another': async (scratch) => {
      const followed = await scratch.followed();
      const { front, table, client } = followed;
      const running = scratch.start(followed);
      await scratch.reached(0);
      await front.put(granule(1));
      await scratch.reached(Date.now());
      await client.send(new DeleteTableCommand({ TableName: table }));
      await running.until('paused');
      const deleted = Date.now();
      await createTable(client, table, STREAMED_SCHEMA);
      await front.showNewStream();
      await running.until('base made', 2);
      await front.put(granule(3));
      await scratch.reached(Date.now());
      const { bases } = await running.stop();
      expect(bases).toHaveLength(2);
      expect(running.events.filter(({ kind }) => kind === 'paused')).toHaveLength(1);
      const { restorable } = await scratch.summary();
      const [first, second] = restorable.map(({ to }) => to.getTime());
      expect(first).toBeLessThan(deleted);
      const keys = [first, second].map(async (time = 0) => [...(await scratch.stateAt(table, time / 1000)).keys()]);
      expect(await Promise.all(keys)).toEqual(
        [1, 3].map((number) => [(granule(number)['granuleId'] as { S: string }).S]),
      );
      await scratch.expectWhole();
    },
  });
});

/** Holds answers while it is closed. */
class Gate {
  #opened: Promise<void> | undefined;
  #open = (): void => undefined;
  #held = 0;

  close(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#opened = undefined;
    this.#open();
  }

  async pass(): Promise<void> {
    if (this.#opened !== undefined) this.#held += 1;
    await this.#opened;
  }

  async hasHeld(): Promise<void> {
    while (this.#held < 2) await sleep(20);
  }
}
