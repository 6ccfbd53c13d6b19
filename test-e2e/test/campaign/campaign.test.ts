import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { campaign, KINDS } from '../../campaign/campaign.ts';
import { canonicalItem } from '../../campaign/canonical.ts';
import { describeViolation } from '../../campaign/figures.ts';
import { MUTANTS } from '../../campaign/mutants.ts';
import { ownProcesses, sharedProcesses } from '../../campaign/runner.ts';
import { SEED } from '../kit/faults/random.ts';

const FAULTS = sizeOf({ usual: 10, whole: 96 });
/** What a command that breaks a promise is tried on. */
const FEW = { items: 12, padding: 0, everyItem: false };
const runner = sizeOf({ usual: sharedProcesses, whole: ownProcesses });

onDynamoDBLocal('a campaign of random faults', () => {
  test(`loses, alters and claims nothing, and wedges nowhere, under ${FAULTS} faults (seed ${SEED})`, async () => {
    const result = await campaign({ seed: SEED, faults: FAULTS, atOnce: 3, runner });
    expect(result.violations.map((violation) => describeViolation(SEED, violation))).toEqual([]);
    expect(result.faults).toBeGreaterThanOrEqual(FAULTS);
    if (process.env['CI']) expect(result.left).toEqual([]);
  }, 900_000);

  test.each(MUTANTS)(
    'finds it where $does: $breach',
    async ({ breach, story, runner: mutant, kind = 'connection cut after the request was carried out' }) => {
      const { violations } = await campaign({
        seed: 17,
        faults: 100,
        mostRuns: 6,
        kinds: KINDS.filter(({ name }) => name === kind).map((named) => ({
          ...named,
          needs: { content: FEW, ...named.needs },
        })),
        atOnce: 1,
        stories: [story],
        runner: mutant(runner),
        seconds: breach === 'wedged' ? 5 : 60,
        toFirst: true,
      });
      expect(violations.map((violation) => violation.breach)).toContain(breach);
    },
    120_000,
  );
});

describe("the oracle's own comparison", () => {
  test.each([
    [
      { a: { N: '1' }, b: { S: 'x' } },
      { b: { S: 'x' }, a: { N: '1.0' } },
    ],
    [{ a: { N: '-120.50' } }, { a: { N: '-1.205e2' } }],
    [{ a: { N: '0' } }, { a: { N: '-0.00e9' } }],
    [{ a: { N: '1e-130' } }, { a: { N: '0.1E-129' } }],
    [{ a: { NS: ['1', '2'] } }, { a: { NS: ['2.0', '01'] } }],
    [{ a: { B: 'YQ==' } }, { a: { B: 'YR==' } }],
    [
      { a: { M: { x: { L: [{ SS: ['b', 'a'] }] }, y: { NULL: true } } } },
      { a: { M: { y: { NULL: true }, x: { L: [{ SS: ['a', 'b'] }] } } } },
    ],
  ])('takes %j and %j for equal', (one, other) => {
    expect(canonicalItem(one)).toBe(canonicalItem(other));
  });

  test.each([
    [{ a: { N: '1' } }, { a: { S: '1' } }],
    [{ a: { N: '1' } }, { a: { N: '-1' } }],
    [{ a: { N: '9007199254740993' } }, { a: { N: '9007199254740992' } }],
    [{ a: { N: '10' } }, { a: { N: '1' } }],
    [{ a: { L: [{ S: 'a' }, { S: 'b' }] } }, { a: { L: [{ S: 'b' }, { S: 'a' }] } }],
    [{ a: { SS: ['a'] } }, { a: { L: [{ S: 'a' }] } }],
    [JSON.parse('{"__proto__":{"S":"x"}}'), {}],
    [{ a: { BOOL: true } }, { a: { BOOL: false } }],
  ])('takes %j and %j for different', (one, other) => {
    expect(canonicalItem(one)).not.toBe(canonicalItem(other));
  });
});
