import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Fault } from '../test/kit/faults/proxy.ts';
import { numberBetween, type Random } from '../test/kit/faults/random.ts';
import { whyNoMounts } from '../test/kit/mounts.ts';
import { readLines } from './backup-on-disk.ts';
import type { Demands, FaultKind, FaultPlace, PlannedFault } from './fault-kind.ts';
import { HASH, INDEXED, keyValue, pick, RANGE, randomItems, type TableShape } from './random-table.ts';

const DAY = 24 * 60 * 60 * 1000;
const MANIFEST = '.manifest.json';
const REFUSAL: Demands = { refusal: true };

/** Items of one size, of which a file system of {@link SMALL_DISK} holds one backup and not two. */
const BULKY = { items: 30, padding: 4_000, everyItem: true } as const;
const SMALL_DISK = '200k';

export const FILE_KINDS: readonly FaultKind[] = [
  {
    name: 'data file with flipped bits',
    stories: ['restore', 'verify'],
    plan: (place) =>
      damaged(place, async (file) => {
        const content = await readFile(file);
        const position = numberBetween(place.random, 0, content.length - 1);
        content.writeUInt8(content.readUInt8(position) ^ (1 << numberBetween(place.random, 0, 7)), position);
        await writeFile(file, content);
      }),
  },
  {
    name: 'data file cut off',
    stories: ['restore', 'verify'],
    plan: (place) =>
      damaged(place, async (file) => truncate(file, numberBetween(place.random, 0, (await stat(file)).size - 1))),
  },
  {
    name: 'gzip file with zero bytes between members',
    stories: ['restore', 'verify'],
    needs: { gzip: true, target: 'empty' },
    plan: (place) =>
      damaged(
        place,
        async (file) => {
          const lines = await readLines(file);
          const middle = numberBetween(place.random, 0, lines.length - 1);
          const member = (part: readonly string[]) => gzipSync(part.map((line) => `${line}\n`).join(''));
          const zeros = Buffer.alloc(numberBetween(place.random, 1, 512));
          await writeFile(file, Buffer.concat([member(lines.slice(0, middle)), zeros, member(lines.slice(middle))]));
        },
        // Without a manifest only the file itself can show it.
        // It may be read through, as long as nothing in it is passed over.
        { withoutManifest: true, demands: {} },
      ),
  },
  {
    name: 'torn gzip file',
    stories: ['restore', 'verify'],
    needs: { gzip: true, target: 'empty' },
    plan: (place) =>
      damaged(
        place,
        async (file) => {
          const content = gzipSync((await readLines(file)).map((line) => `${line}\n`).join(''));
          await writeFile(file, content.subarray(0, numberBetween(place.random, 1, content.length - 1)));
        },
        { withoutManifest: true },
      ),
  },
  {
    name: 'manifest with a wrong count',
    stories: ['restore', 'verify'],
    plan: ({ random, dataFile }) => {
      const path = dataFile + MANIFEST;
      let original: string | undefined;
      return {
        before: async () => {
          original = await readFile(path, 'utf8');
          const manifest = JSON.parse(original) as { items: number };
          const items = Math.max(0, manifest.items + pick(random, [-1, 1, 2]));
          if (items !== manifest.items) await writeFile(path, JSON.stringify({ ...manifest, items }));
          else original = undefined;
        },
        after: async () => {
          if (original !== undefined) await writeFile(path, original);
        },
        struck: () => original !== undefined,
        demands: REFUSAL,
      };
    },
  },
  {
    name: 'next manifest of the same size, and no partial',
    stories: ['backup', 'restore', 'verify'],
    needs: { earlier: true },
    plan: ({ random, dataFile }) => {
      const next = `${dataFile}${MANIFEST}.next`;
      return {
        before: async () => {
          const manifest = JSON.parse(await readFile(dataFile + MANIFEST, 'utf8')) as { file: object };
          const sha256 = createHash('sha256').update(String(random())).digest('hex');
          await writeFile(next, JSON.stringify({ ...manifest, file: { ...manifest.file, sha256 } }), { mode: 0o600 });
        },
        // What it does not take away itself must not be in the way later either.
        struck: () => true,
      };
    },
  },
  poison('over 400 KB', {}, (shape) => ({ ...keysOf(shape), text: { S: 'x'.repeat(410_000) } })),
  poison('33 levels deep', {}, (shape) => ({ ...keysOf(shape), deep: nested(33) })),
  poison('100,000 levels deep', {}, (shape) => ({ ...keysOf(shape), deep: 'DEEP' })),
  poison('a set with members equal by value', {}, (shape, random) => ({
    ...keysOf(shape),
    set: pick(random, [{ NS: ['1', '1.0'] }, { BS: ['YQ==', 'YR=='] }, { SS: ['a', 'a'] }, { NS: ['100', '1e2'] }]),
  })),
  poison('a key too long', { hash: 'S' }, (shape) => ({ ...keysOf(shape), [HASH]: { S: 'x'.repeat(2049) } })),
  poison("an index's key too long", { index: 'S' }, (shape) => ({
    ...keysOf(shape),
    [INDEXED]: { S: 'x'.repeat(2049) },
  })),
  poison('a lone surrogate in a key', { hash: 'S' }, (shape, random) => ({
    ...keysOf(shape),
    [HASH]: { S: `x${pick(random, ['\ud800', '\udc00', '\udbff'])}y` },
  })),
  poison('a number of 39 digits', {}, (shape) => ({ ...keysOf(shape), number: { N: '1'.repeat(39) } })),
  planted('FIFO', (path) => execFileSync('mkfifo', [path])),
  planted('directory', (path) => mkdir(path)),
  planted('link to an endless file', (path) => symlink('/dev/zero', path)),
  {
    name: 'symbolic link at our temporary names',
    stories: ['backup', 'restore'],
    plan: ({ dataFile, scratch, target, story }) => {
      const victim = join(scratch, 'victim');
      const names =
        story === 'backup'
          ? [`${dataFile}${MANIFEST}.next.tmp`, `${dataFile}${MANIFEST}.tmp`, `${dataFile}.partial.checkpoint.json.tmp`]
          : [`${dataFile}.restore-${target.name}.checkpoint.json.tmp`];
      return {
        before: async () => {
          await writeFile(victim, 'not ours');
          for (const name of names) await symlink(victim, name);
        },
        after: async () => {
          for (const name of names) await rm(name, { force: true });
          const content = await readFile(victim, 'utf8').catch(() => 'gone');
          if (content !== 'not ours') throw new Error('altered: a file was written through a symbolic link');
        },
        struck: () => true,
      };
    },
  },
  {
    name: 'full disk',
    stories: ['backup'],
    unavailable: whyNoMounts,
    needs: { disk: SMALL_DISK, content: BULKY, gzip: false, earlier: true },
    plan: () => ({ struck: ({ stderr }) => stderr.includes('ENOSPC') }),
  },
  {
    name: 'torn disk after SIGKILL',
    stories: ['backup'],
    needs: { slow: true, pages: true, resume: false, signals: true },
    plan: (place) => {
      const { random, dataFile } = place;
      const partial = `${dataFile}.partial`;
      let torn = false;
      return {
        network: killAtLaterScan(place, 'SIGKILL'),
        between: async () => {
          const size = await sizeOf(partial);
          const proved = await checkpointOf(partial);
          if (size === undefined || proved === undefined || size <= proved.bytes) return;
          torn = true;
          const from = numberBetween(random, proved.bytes, size - 1);
          if (random() < 0.5) await truncate(partial, from);
          else await zeroFrom(partial, from, size);
        },
        struck: () => torn,
      };
    },
  },
  {
    name: 'partial of 30 days ago, and --resume',
    stories: ['backup'],
    needs: { slow: true, pages: true, resume: false, signals: true },
    plan: (place) => {
      const { random, dataFile, source } = place;
      const partial = `${dataFile}.partial`;
      let aged = false;
      return {
        network: killAtLaterScan(place, 'SIGTERM'),
        between: async () => {
          const checkpoint = `${partial}.checkpoint.json`;
          if (!existsSync(partial) || !existsSync(checkpoint)) return;
          aged = true;
          const content = await readFile(checkpoint, 'utf8');
          // Every time in it, whatever it is called.
          const past = content.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) =>
            new Date(Date.parse(time) - 30 * DAY).toISOString(),
          );
          await writeFile(checkpoint, past);
          const then = new Date(Date.now() - 30 * DAY);
          for (const file of [partial, checkpoint]) await utimes(file, then, then);
          // What has been read of the table is the old state.
          const items = await source.items();
          await source.remove(items.filter((_, index) => index % 3 === 0));
          await source.put(randomItems(random, source.shape, { items: 10, padding: 0, everyItem: false }, 2_000));
        },
        struck: () => aged,
      };
    },
  },
  {
    name: 'items deleted from the target before --resume',
    stories: ['restore'],
    needs: {
      slow: true,
      target: 'empty',
      content: { items: 120, padding: 0, everyItem: false },
      resume: false,
      signals: true,
    },
    plan: ({ random, target, command }) => {
      let writes = 0;
      let taken = false;
      const at = numberBetween(random, 2, 4);
      return {
        network: async (call, pass) => {
          const given = await pass();
          if (call.action === 'BatchWriteItem') {
            writes += 1;
            if (writes === at) command()?.kill('SIGTERM');
          }
          return given;
        },
        between: async () => {
          const items = await target.items().catch(() => []);
          const gone = items.filter(() => random() < 0.5);
          await target.remove(gone);
          taken = gone.length > 0;
        },
        struck: () => taken,
        demands: { itemsTaken: true },
      };
    },
  },
];

/** Harms a copy of the data file in its place, and puts the good one back afterwards. */
function damaged(
  { dataFile, scratch }: FaultPlace,
  harm: (file: string) => Promise<void>,
  {
    withoutManifest = false,
    demands = REFUSAL,
  }: { readonly withoutManifest?: boolean; readonly demands?: Demands } = {},
): PlannedFault {
  const good = join(scratch, 'good');
  const manifest = dataFile + MANIFEST;
  let done = false;
  return {
    before: async () => {
      if ((await stat(dataFile)).size === 0 || (await readLines(dataFile)).length === 0) return;
      await copyFile(dataFile, good);
      await harm(dataFile);
      if (withoutManifest) await rename(manifest, `${good}${MANIFEST}`);
      done = true;
    },
    after: async () => {
      if (!done) return;
      await copyFile(good, dataFile);
      if (withoutManifest) await rename(`${good}${MANIFEST}`, manifest);
    },
    struck: () => done,
    demands,
  };
}

/** A file without a manifest, in which one line holds what DynamoDB would not take. */
function poison(
  name: string,
  shape: Partial<TableShape>,
  make: (shape: TableShape, random: Random) => object,
): FaultKind {
  return {
    name: `poison line: ${name}`,
    stories: ['restore', 'verify'],
    needs: { shape, target: 'empty', gzip: false, alone: true },
    plan: (place) => {
      const { random, source, dataFile } = place;
      let line = 0;
      const planned = damaged(
        place,
        async () => {
          const lines = [...(await readLines(dataFile))];
          line = numberBetween(random, 1, lines.length + 1);
          lines.splice(line - 1, 0, JSON.stringify(make(source.shape, random)).replace('"DEEP"', deep));
          await writeFile(dataFile, lines.map((text) => `${text}\n`).join(''));
        },
        { withoutManifest: true },
      );
      return {
        ...planned,
        get demands() {
          return { refusal: true, line } as const;
        },
      };
    },
  };
}

/** Deeper than JSON.stringify goes. */
const LEVELS = 100_000;
const deep = `${'{"L":['.repeat(LEVELS)}${']}'.repeat(LEVELS)}`;

function keysOf({ hash, range }: TableShape): object {
  return { [HASH]: keyValue(hash, 50_001), ...(range === undefined ? {} : { [RANGE]: keyValue(range, 50_001) }) };
}

function nested(levels: number): object {
  return levels === 0 ? { S: 'at the bottom' } : { L: [nested(levels - 1)] };
}

/** Something that is no file, in the place of one of a backup's files. */
function planted(what: string, plant: (path: string) => unknown): FaultKind {
  return {
    name: `${what} in the place of a file`,
    stories: ['backup', 'restore', 'verify'],
    needs: { signals: true },
    plan: ({ random, story, dataFile, scratch, command }) => {
      const files = story === 'backup' ? BACKUP_FILES : story === 'restore' ? RESTORE_FILES : ['', MANIFEST];
      const path = `${dataFile}${pick(random, files)}`;
      const aside = join(scratch, 'aside');
      let moved = false;
      let stopping: NodeJS.Timeout | undefined;
      return {
        before: async () => {
          if (existsSync(path)) {
            await rename(path, aside);
            moved = true;
          }
          await plant(path);
          // A pipe that is named as the file to read is read like standard input, until somebody writes to it or stops it.
          if (path === dataFile) stopping = setTimeout(() => command()?.kill('SIGTERM'), 5_000);
        },
        after: async () => {
          clearTimeout(stopping);
          // What the command has put in its place is the command's.
          const left = await lstat(path).catch(() => undefined);
          if (left?.isFile()) return;
          await rm(path, { recursive: true, force: true });
          if (moved) await rename(aside, path);
        },
        struck: () => true,
      };
    },
  };
}

const BACKUP_FILES = [
  MANIFEST,
  '',
  `${MANIFEST}.next`,
  '.partial',
  '.partial.checkpoint.json',
  '.lock.0123456789abcdef',
] as const;
const RESTORE_FILES = ['', MANIFEST, `${MANIFEST}.next`] as const;

/** Late enough that there may be a checkpoint, in a scan that is slowed down. */
function killAtLaterScan({ random, command }: FaultPlace, signal: NodeJS.Signals): Fault {
  const at = numberBetween(random, 5, 9);
  let scans = 0;
  return async (call, pass) => {
    const given = await pass();
    if (call.action === 'Scan') {
      scans += 1;
      if (scans === at) command()?.kill(signal);
    }
    return given;
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function checkpointOf(partial: string): Promise<{ readonly bytes: number } | undefined> {
  const path = `${partial}.checkpoint.json`;
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as { readonly bytes: number }) : undefined;
}

async function zeroFrom(path: string, from: number, size: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(size - from), 0, size - from, from);
  } finally {
    await file.close();
  }
}
