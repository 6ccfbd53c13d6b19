import { existsSync, readFileSync } from 'node:fs';
import { describeUnless } from '@cumulus/test-kit';
import { beforeAll, expect, test } from '@jest/globals';
import { examplesOf, type Operator, type RunOptions } from './operator.ts';
import { type Block, pathOf, readPage } from './page.ts';
import { expectShown, isShown } from './shown-output.ts';
import { WRITES_PAGES, writeOutput } from './write-output.ts';

/** What is special about one block of a page. */
interface Step extends RunOptions {
  /** Arranges what the page takes for granted: a file that is damaged, a table that is gone. */
  before?(operator: Operator): Promise<void> | void;
  /** Runs the block in place of the shell, where it serves until it is stopped, for instance. @returns what it wrote */
  run?(block: Block, operator: Operator): Promise<string>;
  /** What is done that is less than to run the block, for the test's title: `its options are checked`. */
  readonly inPlaceOfRunning?: string;
  /** Checks what the block did. @param written to standard output, or to both if the page shows the output */
  after?(written: string, operator: Operator): Promise<void> | void;
  /** The exit status; 0 unless given. Only of a block whose output is shown. */
  readonly code?: number;
}

/** The test files that a reason names. */
const TEST_FILES = /\S+\.test\.ts/g;

/** How a page is run. */
export interface PageOptions {
  /** Why the page cannot be run on this machine; runs it if undefined. */
  readonly unless?: string | undefined;
  /** Makes the world that the page's commands are given in, before the first of them. Clean up by `afterAll`. */
  operator(): Promise<Operator>;
  /** By the whole of a block's text, or a part of it that no other block has. */
  readonly steps?: Readonly<Record<string, Step>>;
  /** What checks or runs blocks of other languages than `bash`: `{ hcl: (block) => … }`. */
  readonly languages?: Readonly<Record<string, (block: Block, operator: Operator) => Promise<void> | void>>;
  /**
   * Blocks that are not run here, by a part of their text: the test file that runs them, from the top of the repository, or the reason. A file has
   * to name the page, or have that part of the text. A page none of whose blocks is run belongs into every-page.test.ts.
   */
  readonly notRun?: Readonly<Record<string, string>>;
  /** Paths of the world that the page shows by other names: `{ [operator.folder]: '/data' }`. */
  folders?(operator: Operator): Readonly<Record<string, string>>;
  /** For each block, in milliseconds. */
  readonly timeout?: number;
}

/**
 * Runs every block of a page that a reader can copy, in the page's order, each as a test, and compares its output where the page shows it.
 * Each command of a `bash` block has to succeed. One thing is not run as the page has it: `counts recount` and `rehearse` get
 * `--settle 1`, because a local stream has each change at once, and so they do not wait as long as for AWS.
 *
 * @param page from the top of the repository
 * @throws an error where a part of a text belongs to no block or to several, or nothing runs a block
 * @example
 * ```ts
 * describePage('docs/how-to/back-up.md', {
 *   operator: () => Operator.at(folder, bucket.environment),
 *   steps: { '--resume': { before: () => killABackup() } },
 * });
 * ```
 */
export function describePage(page: string, options: PageOptions): void {
  const blocks = readPage(page);
  const { unless, steps = {}, languages = {}, notRun = {}, timeout = 60_000 } = options;
  const stepOf = byPartOfText(page, blocks, steps);
  const reasonOf = byPartOfText(page, blocks, notRun);
  const isRun = (block: Block): boolean => !reasonOf.has(block);

  test(`${page}: every block is run`, () => {
    expect(blocks.some(isRun)).toBe(true);
    const strange = blocks.filter(
      (block) => isRun(block) && block.language !== 'bash' && !(block.language in languages) && !stepOf.get(block)?.run,
    );
    expect(strange.map(({ line, language }) => `${page}:${line} ${language}`)).toEqual([]);
    const untrue = Object.entries(notRun).filter(([part, reason]) =>
      (reason.match(TEST_FILES) ?? []).some((file) => !isNamedIn(file, page, part)),
    );
    expect(untrue).toEqual([]);
  });

  const run = (): void => {
    let operator: Operator;
    beforeAll(async () => {
      operator = await options.operator();
    }, 180_000);

    for (const block of blocks.filter(isRun)) {
      const { inPlaceOfRunning: less } = stepOf.get(block) ?? {};
      const title = `${page}:${block.line} ${block.heading}: ${block.text.split('\n')[0]}${less === undefined ? '' : ` (not run: ${less})`}`;
      test(
        title,
        async () => {
          const step = stepOf.get(block) ?? {};
          await step.before?.(operator);
          const written = await runBlock(block, operator, step, languages[block.language]);
          if (block.output !== undefined) {
            const folders = options.folders?.(operator);
            const differences = { folders, known: examplesOf(block.text, step.known) };
            if (WRITES_PAGES && !isShown(written, block.output.text, differences))
              writeOutput(page, block, written, folders);
            else expectShown(written, block.output.text, differences);
          }
          await step.after?.(written, operator);
        },
        timeout,
      );
    }
  };
  if (blocks.some(isRun)) describeUnless(unless, page, run);
}

/** Whether a test file says that it runs a block, so that whoever changes it sees that. */
function isNamedIn(file: string, page: string, part: string): boolean {
  if (!existsSync(pathOf(file))) return false;
  const source = readFileSync(pathOf(file), 'utf8');
  return source.includes(page) || source.includes(part);
}

async function runBlock(
  block: Block,
  operator: Operator,
  step: Step,
  other: ((block: Block, operator: Operator) => Promise<void> | void) | undefined,
): Promise<string> {
  if (step.run !== undefined) return step.run(block, operator);
  if (block.language !== 'bash') {
    await other?.(block, operator);
    return '';
  }
  if (block.output === undefined) return operator.run(block.text, step);
  const { code, shown } = await operator.show(block.text, step);
  expect({ code, shown }).toEqual({ code: step.code ?? 0, shown });
  return shown;
}

function byPartOfText<T>(
  page: string,
  blocks: readonly Block[],
  values: Readonly<Record<string, T>>,
): ReadonlyMap<Block, T> {
  return new Map(
    Object.entries(values).map(([part, value]) => {
      const whole = blocks.filter(({ text }) => text === part);
      const [block, ...others] = whole.length > 0 ? whole : blocks.filter(({ text }) => text.includes(part));
      if (block === undefined || others.length > 0) {
        throw new Error(
          `${page} has ${block === undefined ? 'no block' : `${others.length + 1} blocks`} with "${part}".`,
        );
      }
      return [block, value] as const;
    }),
  );
}
