import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { completion } from '../../src/completion/command.ts';
import { completeWords } from '../../src/completion/complete-words.ts';
import { joinWords, typedBefore } from '../../src/completion/shell-words.ts';
import { optionsOf } from '../../src/find-command.ts';

/** What a command line may go on with; its last word is being typed. */
const complete = (line: string) => completeWords(line.split(' '), [...COMMANDS, completion]);
const valuesAfter = (line: string) => complete(line).candidates.map(({ value }) => value);

describe('a command line goes on', () => {
  test('with commands, then with those of a group', () => {
    expect(valuesAfter('')).toEqual(expect.arrayContaining(['backup', 'pitr', 'completion']));
    expect(valuesAfter('pitr ')).toEqual(['status', 'enable', 'disable', 'restore']);
    expect(valuesAfter('--region us-west-2 pitr ')).toEqual(['status', 'enable', 'disable', 'restore']);
    expect(valuesAfter('help ')).toEqual(valuesAfter(''));
    expect(valuesAfter('help pitr ')).toEqual(valuesAfter('pitr '));
    expect(valuesAfter('bakup ')).toEqual([]);
  });

  test('with the options of the command, each with what it is for', () => {
    const { candidates } = complete('counts show -');
    expect(candidates).toContainEqual({ value: '--collections', describe: 'Also show the counts of each collection' });
    const values = candidates.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['--prefix', '--region', '--help']));
    expect(values).not.toContain('--gzip');
    expect(valuesAfter('executions payloads -')).not.toContain('--file');
  });

  test('without options that were given, but for those with several values, or that do not go with those that were', () => {
    const values = valuesAfter('backup --table T-1 --gzip --directory d --region=r -');
    for (const gone of ['--gzip', '--directory', '--region', '--prefix', '--tables', '--to'])
      expect(values).not.toContain(gone);
    expect(values).toEqual(expect.arrayContaining(['--table', '--segments']));
  });

  test.each([
    ['on-demand list --type ', ['user', 'system', 'aws-backup', 'all']],
    ['on-demand list --type=', ['user', 'system', 'aws-backup', 'all']],
    ['counts show --type granule ', ['granule', 'execution', 'pdr']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['backup --segments ', []],
    ['users add ', []],
  ])('with fixed values: %s', (line, expected) => {
    expect(valuesAfter(line)).toEqual(expected);
  });

  test.each([
    ['backup --table ', 'table'],
    ['backup --table T-1 ', 'table'],
    ['backup --table=T', 'table'],
    ['copy --from T-1 --to ', 'table'],
    ['backup --prefix ', 'prefix'],
    ['backup --tables ', 'file'],
    ['backup --directory ', 'folder'],
    ['restore ', 'file'],
    ['restore --table T-1 ', 'file'],
    ['restore a.json ', undefined],
    ['restore - --set-aside ', 'file'],
    ['adopt --for ', 'Cumulus table'],
    ['pitr status --expect GranulesTable ', 'Cumulus table'],
    ['backup --config ', 'file'],
    ['backup --gzip ', undefined],
    ['backup --to ', undefined],
  ])('with names: %s', (line, names) => {
    expect(complete(line)).toMatchObject({ names, candidates: [] });
  });

  test('from what was typed behind an equals sign', () => {
    expect(complete('backup --table=prod').typed).toBe('prod');
    expect(complete('backup --table prod').typed).toBe('prod');
  });
});

test('every option whose value is a path, a table or a prefix says so', () => {
  const declared = Object.entries(optionsOf(COMMANDS));
  const silent = declared.filter(
    ([, { describe: words, takes, names }]) =>
      takes !== 'nothing' &&
      names === undefined &&
      /\bthis (?:new )?file\b|\bpath\b|^Tables?\b|\bprefix of the deployment/i.test(words),
  );
  expect(silent.map(([name]) => name)).toEqual([]);
});

describe('words as bash splits them', () => {
  test.each([
    [
      ['backup', '--table', '=', 'T-1'],
      ['backup', '--table=T-1'],
    ],
    [
      ['backup', '--table', '='],
      ['backup', '--table='],
    ],
    [
      ['--sse', 'aws', ':', 'kms', ':', ''],
      ['--sse', 'aws:kms:'],
    ],
    [
      ['--endpoint-url', 'http', ':', '//127.0.0.1', ':', '8000', 'x'],
      ['--endpoint-url', 'http://127.0.0.1:8000', 'x'],
    ],
    [
      ['backup', ''],
      ['backup', ''],
    ],
  ])('%j', (words, joined) => {
    expect(joinWords(words)).toEqual(joined);
  });

  test.each([
    ['bash', '--sse=aws:k', '--sse=aws:'],
    ['bash', 'back', ''],
    ['zsh', '--sse=aws:k', '--sse='],
    ['zsh', 'aws:k', ''],
    ['fish', '--sse=aws:k', ''],
  ])('%s leaves of %s: %s', (shell, word, kept) => {
    expect(typedBefore(shell, word)).toBe(kept);
  });
});
