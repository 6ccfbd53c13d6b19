import { mkdirSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableIo } from '../../src/output/printable.ts';
import { ProgressBar } from '../../src/output/progress/progress-bar.ts';
import { ProgressLines } from '../../src/output/progress/progress-lines.ts';
import { showProgress } from '../../src/output/progress/show-progress.ts';
import { run } from '../../src/run.ts';
import { confirm } from '../../src/terminal/confirm.ts';
import { resultOf } from '../cumulus-api.ts';
import { granule, Scratch } from '../scratch.ts';

/** Clears the screen, rings, colours, turns the direction, deletes. */
const HOSTILE = 'a\u001b[2J\u0007\u009b31m\u202eb\u2066c\u007f\u0090\ufeff';
const SHOWN = 'a\\u001b[2J\\u0007\\u009b31m\\u202eb\\u2066c\\u007f\\u0090\\ufeff';
const OBEYED = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** What comes out of a command, run here. */
async function outputOf(...argv: readonly string[]): Promise<{ readonly out: string; readonly err: string }> {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    new PassThrough().on('data', (chunk: Buffer) => {
      written[name] += chunk.toString('utf8');
    });
  const stdin = new PassThrough();
  stdin.end();
  await run(argv, { stdin, stdout: stream('out'), stderr: stream('err') });
  await new Promise((resolve) => setImmediate(resolve));
  return written;
}

describe('a printable text', () => {
  test.each([
    [HOSTILE, SHOWN],
    ['one\ntwo\tthree\r\nfour', 'one\ntwo\tthree\r\nfour'],
    ['over\rwritten', 'over\\u000dwritten'],
    [
      'soft\u00adhyphen, zero\u200bwidth, line\u2028, half \ud83d',
      'soft\\u00adhyphen, zero\\u200bwidth, line\\u2028, half \\ud83d',
    ],
    ['tag \u{e0041}', 'tag \\udb40\\udc41'],
    ['Zürich, 東京, 😀, C:\\new', 'Zürich, 東京, 😀, C:\\new'],
  ])('%j is %j', (text, shown) => expect(printable(text)).toBe(shown));

  test('of JSON is the same JSON', () => {
    const anything = fc.string({ unit: 'binary' }).map((text) => `${text}${HOSTILE}`);
    fc.assert(
      fc.property(fc.dictionary(anything, anything), fc.constantFrom(0, 2), (value, indent) => {
        const text = printable(JSON.stringify(value, null, indent));
        expect(text).not.toMatch(OBEYED);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('names and keys that a terminal would obey are shown by', () => {
  const scratch = new Scratch();

  test.each([
    ['a wrong option', ['backup', `--${HOSTILE}`]],
    ['a wrong value', ['backup', '--table', HOSTILE]],
    ['a file that is missing', ['restore', `/nowhere/${HOSTILE}.json`, '--table', 'abc']],
    ['an error with its stack', ['restore', `/nowhere/${HOSTILE}.json`, '--table', 'abc', '--verbose']],
    ['an error as JSON', ['verify', `/nowhere/${HOSTILE}.json`, '--json']],
  ])('%s', async (_, argv) => {
    const { out, err } = await outputOf(...argv);
    expect(out + err).not.toMatch(OBEYED);
    expect(out + err).toContain('\\u001b[2J');
  });

  test('backup, verify and restore', async () => {
    const prefix = scratch.prefix();
    const odd = granule(1, { granuleId: { S: HOSTILE } });
    const table = await scratch.table(prefix, 'GranulesTable', [odd]);
    const directory = scratch.path(`d${HOSTILE}`);
    mkdirSync(directory);
    const file = `${directory}/${table}.json`;
    await putAll(table, []);
    const outputs = [await outputOf('backup', '--table', table, '--directory', directory)];
    await putAll(table, [{ ...odd, status: { S: 'failed' } }]);
    for (const more of [[], ['--json'], ['--verbose']])
      outputs.push(await outputOf('verify', file, '--table', table, ...more));
    writeFileSync(scratch.path('bad.json'), `{"granuleId":{"S":${JSON.stringify(HOSTILE)},"N":"1"}}\n`);
    outputs.push(await outputOf('restore', scratch.path('bad.json'), '--table', table));
    for (const { out, err } of outputs) expect(out + err).not.toMatch(OBEYED);
    expect(outputs[0]?.out).toContain(SHOWN);
    expect(outputs[1]?.err).toContain('\\u001b[2J');
    expect(resultOf(outputs[2]?.out ?? '')).toMatchObject({ file });
  });

  test('users', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'UsersTable', [{ userName: { S: HOSTILE } }]);
    const plain = await outputOf('users', 'list', '--prefix', prefix);
    const json = await outputOf('users', 'list', '--prefix', prefix, '--json');
    expect(plain.out + plain.err + json.out + json.err).not.toMatch(OBEYED);
    expect(plain.out).toContain('\\u001b[2J');
    expect(JSON.stringify(JSON.parse(json.out))).toContain(JSON.stringify(HOSTILE));
  });

  test('a question', async () => {
    const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
    const io = { stdin: terminal(), stdout: terminal(), stderr: terminal() };
    const asked = confirm(`Delete ${HOSTILE}?`, printableIo(io), new AbortController().signal);
    io.stdin.write('yes\n');
    expect(await asked).toBe(true);
    expect(String(io.stderr.read())).toBe(`Delete ${SHOWN}? (yes/no) `);
  });

  test('progress, whose bar still moves the cursor', async () => {
    const progress = { phase: 'waiting for', table: HOSTILE, state: HOSTILE } as const;
    const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
    const bar = await showProgress(screen, false);
    expect(bar).toBeInstanceOf(ProgressBar);
    bar.update(progress);
    bar.end();
    const drawn = String(screen.read());
    expect(drawn).toContain(`${SHOWN}: ${SHOWN}`);
    expect(drawn).toContain('\u001b[');
    expect(drawn).not.toContain('\u009b');
    const lines = await showProgress(new PassThrough(), false);
    expect(lines).toBeInstanceOf(ProgressLines);
    lines.end();
  });
});
