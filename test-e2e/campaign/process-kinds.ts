import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../test/kit/faults/proxy.ts';
import { numberBetween } from '../test/kit/faults/random.ts';
import { type FaultKind, type FaultPlace, type PlannedFault, STORIES } from './fault-kind.ts';
import { pick } from './random-table.ts';
import { Strikes } from './strikes.ts';

const DAY = 24 * 60 * 60 * 1000;

/** By the package's name, which leads there from the bundle too. */
const preload = (name: string): readonly string[] => [
  '--import',
  createRequire(import.meta.url).resolve(`@cumulus/test-e2e/test/kit/faults/${name}`),
];

/**
 * System calls by which a command touches files and connections, and the first and last in a thread of a small command that
 * come after Node has started, about.
 */
const SYSTEM_CALLS: readonly (readonly [name: string, first: number, last: number])[] = [
  ['fsync', 1, 4],
  ['fdatasync', 1, 2],
  ['rename', 1, 4],
  ['unlink', 1, 2],
  ['getdents64', 2, 8],
  ['connect', 1, 7],
  ['writev', 1, 12],
  ['write', 60, 120],
  ['openat', 100, 123],
  ['close', 70, 93],
  ['read', 320, 385],
  ['statx', 650, 770],
  ['epoll_ctl', 4, 32],
];

/** Requests of a small command, about. */
const REQUESTS = 8;

export const PROCESS_KINDS: readonly FaultKind[] = [
  {
    name: 'SIGKILL at a system call',
    stories: STORIES,
    unavailable: whyNoStrace,
    plan: ({ random }) => {
      const [name, first, last] = pick(random, SYSTEM_CALLS);
      const when = numberBetween(random, first, last);
      return {
        options: {
          runBy: [
            'strace',
            '-f',
            '-qq',
            '-o',
            '/dev/null',
            `--trace=${name}`,
            `--inject=${name}:signal=KILL:when=${when}`,
          ],
          // strace counts by thread; with one for the files each call there has one number.
          environment: { UV_THREADPOOL_SIZE: '1' },
        },
        struck: ({ signal }) => signal === 'SIGKILL',
      };
    },
  },
  {
    name: 'SIGKILL before a change of the file system',
    stories: ['backup', 'restore'],
    plan: ({ random, story }) => ({
      options: {
        nodeOptions: preload('kill-before-call.mjs'),
        environment: { KILL_BEFORE_CALL: String(numberBetween(random, 1, story === 'backup' ? 16 : 10)) },
      },
      struck: ({ signal }) => signal === 'SIGKILL',
    }),
  },
  {
    name: 'SIGKILL at a request',
    stories: STORIES,
    needs: { signals: true },
    plan: (place) => signalled(place, 'SIGKILL', ({ signal }) => signal === 'SIGKILL'),
  },
  {
    name: 'SIGTERM at a request',
    stories: STORIES,
    needs: { signals: true },
    plan: (place) => signalled(place, 'SIGTERM', ({ code, signal }) => code === 143 || signal === 'SIGTERM'),
  },
  {
    name: 'SIGTERM while no answer comes',
    stories: STORIES,
    needs: { signals: true },
    plan: ({ random, command }) => {
      const strikes = Strikes.one(random, 4);
      return {
        network: (_, pass) => {
          if (!strikes.next()) return pass();
          void sleep(numberBetween(random, 0, 300)).then(() => command()?.kill('SIGTERM'));
          return new Promise(() => undefined);
        },
        struck: () => strikes.hits > 0,
      };
    },
  },
  {
    name: 'SIGSTOP, and SIGCONT later',
    stories: STORIES,
    needs: { signals: true },
    plan: ({ random, command }) => {
      const strikes = Strikes.one(random, REQUESTS);
      return {
        network: async (_, pass) => {
          if (strikes.next()) {
            command()?.kill('SIGSTOP');
            void sleep(numberBetween(random, 200, 2_000)).then(() => command()?.kill('SIGCONT'));
          }
          return pass();
        },
        struck: () => strikes.hits > 0,
      };
    },
  },
  {
    name: 'clock jumps',
    stories: STORIES,
    plan: ({ random, scratch }) => {
      const jumped = join(scratch, 'clock-jumped');
      const days = pick(random, [-30, -1, 1, 30]);
      return {
        options: {
          nodeOptions: preload('clock-jump.mjs'),
          environment: {
            CLOCK_JUMP_MS: String(days * DAY),
            CLOCK_JUMP_AT: String(numberBetween(random, 1, 40)),
            CLOCK_JUMPED_FILE: jumped,
          },
        },
        struck: () => existsSync(jumped),
      };
    },
  },
  {
    name: 'a second writer at the same time',
    stories: ['backup', 'restore', 'copy'],
    needs: { slow: true },
    plan: () => ({ twice: true, struck: () => true }),
  },
];

/** Sends a signal at a request: before DynamoDB gets it, or after it has carried it out. */
function signalled(
  { random, command }: FaultPlace,
  signal: NodeJS.Signals,
  struck: PlannedFault['struck'],
): PlannedFault {
  const strikes = Strikes.one(random, REQUESTS);
  const before = random() < 0.5;
  const network: Fault = async (_, pass) => {
    if (!strikes.next()) return pass();
    if (before) command()?.kill(signal);
    const given = await pass();
    if (!before) command()?.kill(signal);
    return given;
  };
  return { network, struck };
}

let straceProblem: { readonly reason: string | undefined } | undefined;

function whyNoStrace(): string | undefined {
  straceProblem ??= { reason: tryStrace() };
  return straceProblem.reason;
}

function tryStrace(): string | undefined {
  try {
    execFileSync('strace', ['-f', '-qq', '-o', '/dev/null', '--trace=fsync', 'true'], {
      stdio: 'pipe',
    });
    return undefined;
  } catch {
    return 'needs strace, and the permission to trace';
  }
}
