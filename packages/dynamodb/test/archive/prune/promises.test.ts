import { mkdirSync, readdirSync } from 'node:fs';
import { sizeOf } from '@cumulus/test-kit';
import { Scratch } from '@cumulus/test-kit/tables';
import { expect, test } from '@jest/globals';
import { listArchive } from '../../../src/archive/list-archive.ts';
import type { KeepSeconds } from '../../../src/archive/prune/options.ts';
import { pruneArchive } from '../../../src/archive/prune/prune-archive.ts';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import { parseSpan } from '../../../src/backup/catalogue/retention.ts';
import { NewDiskFile } from '../../../src/storage/disk/new-file.ts';
import { DiskStorage } from '../../../src/storage/disk/storage.ts';
import { itemOf, SyntheticArchive } from '../synthetic-archive.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-10T07:30:00Z');
const KEYS = 12;

const scratch = new Scratch();

/** Chance that comes again: mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Lets so many changes of the storage happen, and none after that, as if the process were dead. */
async function killedAfter(changes: number, work: () => Promise<unknown>): Promise<boolean> {
  const { remove, write, move } = DiskStorage.prototype;
  const { publish } = NewDiskFile.prototype;
  let left = changes;
  const orDie = <Args extends unknown[], T>(original: (this: never, ...args: Args) => Promise<T>) =>
    function (this: never, ...args: Args): Promise<T> {
      left -= 1;
      if (left < 0) return Promise.reject(new Error('killed'));
      return original.apply(this, args);
    };
  DiskStorage.prototype.remove = orDie(remove as never) as typeof remove;
  DiskStorage.prototype.write = orDie(write as never) as typeof write;
  DiskStorage.prototype.move = orDie(move as never) as typeof move;
  NewDiskFile.prototype.publish = orDie(publish as never) as typeof publish;
  try {
    await work();
    return false;
  } catch (error) {
    if ((error as Error).message !== 'killed') throw error;
    return true;
  } finally {
    Object.assign(DiskStorage.prototype, { remove, write, move });
    Object.assign(NewDiskFile.prototype, { publish });
  }
}

class History {
  readonly archive: SyntheticArchive;
  readonly #random: (below: number) => number;
  #now = START;
  #version = 0;

  constructor(archive: SyntheticArchive, random: (below: number) => number) {
    this.archive = archive;
    this.#random = random;
  }

  async begin(): Promise<void> {
    await this.archive.openStream(this.#now);
    this.#now += 60_000;
    this.archive.base(this.#now);
  }

  /** Some days, in which shards end, changes are lost now and then, and the table gets another stream. */
  async goOn(days: number): Promise<void> {
    const random = this.#random;
    for (const end = this.#now + days * DAY; this.#now < end; ) {
      this.#now += HOUR + random(5 * HOUR);
      await this.archive.change(this.#now, this.#changes());
      if (random(3) === 0) await this.archive.split(this.#now, random(2));
      const event = random(60);
      if (event === 0) {
        await this.archive.readTo(this.#now);
        const lost = this.#now;
        this.#now += DAY;
        await this.archive.loseChanges(lost, this.#now);
      }
      if (event === 1) {
        await this.archive.readTo(this.#now);
        this.#now += HOUR;
        await this.archive.openStream(this.#now);
      }
      if (event < 3) {
        this.#now += 60_000;
        this.archive.base(this.#now);
      }
    }
    this.#now += 60_000;
    await this.archive.readTo(this.#now);
  }

  #changes() {
    const random = this.#random;
    return Array.from({ length: 1 + random(4) }, () => {
      this.#version += 1;
      const key = `granule-${random(KEYS)}`;
      // Clocks differ by a few seconds.
      const time = Math.floor(this.#now / 1000) - random(4);
      return { key, time, item: random(4) === 0 ? undefined : itemOf(key, this.#version) };
    });
  }
}

test('a pruning that is killed between the two files of a base leaves no damage, and the next one no manifest', async () => {
  const directory = scratch.path('with-bases');
  mkdirSync(directory);
  const history = new History(new SyntheticArchive(directory), randomOf(7));
  await history.begin();
  await history.goOn(2);
  await history.begin();
  await history.goOn(2);
  const keep = { within: parseSpan('1d') };
  const { remove } = DiskStorage.prototype;
  DiskStorage.prototype.remove = async function (name) {
    await remove.call(this, name);
    if (name.endsWith('.json.gz')) throw new Error('killed');
    return false;
  };
  const killed = pruneArchive(directory, { keep });
  await expect(killed.finally(() => Object.assign(DiskStorage.prototype, { remove }))).rejects.toThrow('killed');
  const alone = (): readonly string[] => {
    const names = readdirSync(directory);
    return names.filter((name) => name.endsWith('.manifest.json') && !names.includes(name.slice(0, -14)));
  };
  expect(alone()).toHaveLength(1);
  expect(await verifyArchive(directory)).toMatchObject([{ problems: [] }]);
  expect(await listArchive(directory)).toMatchObject([{ broken: [] }]);
  await pruneArchive(directory, { keep });
  expect(alone()).toEqual([]);
});

function rulesOf(random: (below: number) => number): KeepSeconds {
  const rules: KeepSeconds = {
    within: random(2) === 0 ? parseSpan(`${1 + random(9)}d`) : undefined,
    hourly: random(6) === 0 ? 1 + random(30) : undefined,
    daily: random(2) === 0 ? 1 + random(12) : undefined,
    weekly: random(3) === 0 ? 1 + random(6) : undefined,
    monthly: random(3) === 0 ? 1 + random(4) : undefined,
    yearly: random(5) === 0 ? 'unlimited' : undefined,
  };
  return Object.values(rules).every((rule) => rule === undefined) ? { daily: 3 } : rules;
}

/** The points of a table, and some seconds of the times that are whole. */
async function someSeconds(
  directory: string,
  random: (below: number) => number,
  since = 0,
): Promise<readonly number[]> {
  const [summary] = await listArchive(directory);
  const whole = (summary?.restorable ?? []).flatMap(({ from, to }) => {
    const [first, last] = [Math.max(from.getTime(), since) / 1000, to.getTime() / 1000];
    return first > last ? [] : [first, first + random(last - first + 1), first + random(last - first + 1), last];
  });
  return [...(summary?.points ?? []).map((at) => at.getTime() / 1000), ...whole];
}

const TIMEOUT = sizeOf({ usual: 180_000, whole: 600_000 });

test.each(Array.from({ length: sizeOf({ usual: 2, whole: 20 }) }, (_, index) => index + 1))(
  'every second that is to stay is the same after prunings by any rules, wherever one is killed (seed %s)',
  async (seed) => {
    const directory = scratch.path(`archive-${seed}`);
    mkdirSync(directory);
    const random = randomOf(seed);
    const archive = new SyntheticArchive(directory);
    const history = new History(archive, random);
    await history.begin();
    const expectAll = async (seconds: readonly number[]): Promise<void> => {
      const states = await archive.statesIn(seconds);
      seconds.forEach((second, index) => {
        expect([second, states[index]]).toEqual([second, archive.stateAt(second)]);
      });
    };
    const expectWhole = async (): Promise<void> => {
      const [verified] = await verifyArchive(directory);
      expect(verified?.problems).toEqual([]);
      expect((await listArchive(directory))[0]?.storedBytes).toBe(verified?.bytes);
    };
    for (let round = 0; round < 4; round += 1) {
      await history.goOn(4 + random(9));
      await expectAll(await someSeconds(directory, random));
      const keep = rulesOf(random);
      const [planned] = await pruneArchive(directory, { keep, dryRun: true });
      const since = planned?.wholeFrom.getTime() as number;
      const promised = [
        ...(planned?.points ?? []).map(({ at }) => at.getTime() / 1000),
        ...(await someSeconds(directory, random, since)).filter((second) => second * 1000 >= since),
      ];
      expect(planned?.to.getTime()).toBeGreaterThanOrEqual(since);
      for (let kills = 0; kills < 3; kills += 1) {
        if (!(await killedAfter(random(25), () => pruneArchive(directory, { keep })))) break;
        await expectWhole();
        await expectAll(promised);
        await expectAll(await someSeconds(directory, random));
      }
      const [again] = await pruneArchive(directory, { keep, dryRun: true });
      const [pruned] = await pruneArchive(directory, { keep });
      expect(pruned).toEqual({ ...again, dryRun: false, keptAsVersions: 0 });
      // A pruning that was killed may have left a beginning of the whole time that is earlier.
      const alone = planned?.points.filter(({ at }) => at < (pruned?.wholeFrom as Date));
      expect(pruned?.points).toEqual(alone);
      await expectWhole();
      await expectAll(promised);
      await expectAll(await someSeconds(directory, random));
      // What a killed pruning began is gone.
      expect(readdirSync(directory).filter((name) => name.endsWith('.partial'))).toEqual([]);
      const [nothing] = await pruneArchive(directory, { keep });
      expect(nothing).toMatchObject({ written: 0, files: [], segments: 0, bytes: 0 });
    }
  },
  TIMEOUT,
);
