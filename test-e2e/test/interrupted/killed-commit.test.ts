import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFolder, sizeOf } from '@cumulus/test-kit';
import { ownTables, putAll } from '@cumulus/test-kit/tables';
import { describe, expect, test } from '@jest/globals';
import { expectProved, linesOf } from '../kit/backup-file.ts';
import { cumulusApi, cumulusApiResults, type Ended } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';

const PRELOAD = ['--import', fileURLToPath(new URL('../kit/faults/kill-before-call.mjs', import.meta.url))];

/** Opening a file that is there, or a folder, changes nothing: killed before it or after it, a run leaves the same. */
function isChange(call: string): boolean {
  return /^open .*\.(partial|tmp)$/.test(call) || !/^(open|mkdir) /.test(call);
}

/** Where a run that is killed leaves another state than a call earlier; all calls at the whole size. */
const isKillPoint = sizeOf({ usual: isChange, whole: () => true });

/** From the first new name to the last: what compresses the data decides nothing before and after it. */
function isCommit(call: string): boolean {
  return /^(link|rename) (?!\.)/.test(call);
}

describe('a backup killed between any two of its changes to the file system', () => {
  const folder = ownFolder();
  const tables = ownTables();

  test.each([
    ['as lines', '', [], isKillPoint],
    ['gzipped', '.gz', ['--gzip'], sizeOf({ usual: isCommit, whole: isKillPoint })],
  ])(
    'leaves at every one a whole backup, old or new, and the next run makes a new one (%s)',
    async (_, suffix, options, isTried) => {
      // Two earlier backups are there: the one to be replaced, and a kept one to be removed.
      const template = join(folder, `template${suffix}`);
      const table = await tables.create(granules(10));
      const backUp = (directory: string): string[] => [
        'backup',
        '--table',
        table,
        '--directory',
        directory,
        ...options,
      ];
      await cumulusApiResults(backUp(template));
      await cumulusApiResults(backUp(template));
      const before = await linesOf(join(template, `${table}.json${suffix}`));
      await putAll(table, granules(1, 10));

      const copy = async (name: string): Promise<string> => {
        const directory = join(folder, `${name}${suffix}`);
        await cp(template, directory, { recursive: true, preserveTimestamps: true });
        return directory;
      };
      const undisturbed = await copy('undisturbed');
      const callsFile = join(folder, `calls${suffix}`);
      await cumulusApiResults(backUp(undisturbed), { nodeOptions: PRELOAD, environment: { CALLS_FILE: callsFile } });
      const after = await linesOf(join(undisturbed, `${table}.json${suffix}`));
      const calls = (await readFile(callsFile, 'utf8')).trim().split('\n');
      // As many as a careful change of place takes: if there were fewer, the calls would not be seen any more.
      expect(calls.length).toBeGreaterThan(10);
      expect(calls.filter((call) => call.startsWith('rename'))).toContain(`rename ${table}.json${suffix}.partial`);

      const found: string[] = [];
      const tried = [...calls.entries()].filter(([, call]) => isTried(call));
      expect(tried.length).toBeGreaterThan(3);
      for (const [number, [index, call]] of tried.entries()) {
        const directory = await copy(`before-${index + 1}`);
        const data = join(directory, `${table}.json${suffix}`);
        const environment = { KILL_BEFORE_CALL: String(index + 1) };
        const killed = await cumulusApi(backUp(directory), { nodeOptions: PRELOAD, environment });
        expect({ call, signal: killed.signal }).toEqual({ call, signal: 'SIGKILL' });

        await expectProved(data);
        const lines = await linesOf(data);
        expect([before, after]).toContainEqual(lines);
        found.push(lines.length === before.length ? 'old' : 'new');
        for (const kept of await keptIn(directory, table)) await expectProved(kept);

        // Every second one starts again, the others continue.
        await cumulusApiResults([...backUp(directory), ...(number % 2 === 0 ? ['--resume'] : [])]);
        await expectProved(data);
        expect(await linesOf(data)).toEqual(after);
        const kept = await keptIn(directory, table);
        expect(kept).toHaveLength(1);
        for (const file of kept) await expectProved(file);
        const left = (await readdir(directory)).filter((name) => !/\.json(\.gz)?(\.manifest\.json)?$/.test(name));
        expect({ call, left }).toEqual({ call, left: [] });
      }
      expect(found).toContain('old');
      expect(found).toContain('new');
    },
    240_000,
  );

  test('and killed again while the next run clears up, between any two of its changes', async () => {
    const template = join(folder, 'twice');
    const table = await tables.create(granules(10));
    const backUp = (directory: string): string[] => ['backup', '--table', table, '--directory', directory];
    const run = (directory: string, environment: NodeJS.ProcessEnv): Promise<Ended> =>
      cumulusApi(backUp(directory), { nodeOptions: PRELOAD, environment });
    await cumulusApiResults(backUp(template));
    const callsFile = join(folder, 'calls-twice');
    await cp(template, join(folder, 'twice-calls'), { recursive: true });
    await run(join(folder, 'twice-calls'), { CALLS_FILE: callsFile });
    const calls = (await readFile(callsFile, 'utf8')).trim().split('\n');
    const decisive = calls.indexOf(`rename ${table}.json.partial`);
    const scan = calls.indexOf(`open ${table}.json.partial`);
    expect(scan).toBeGreaterThan(0);

    await putAll(table, granules(1, 10));
    const killed = await run(template, { KILL_BEFORE_CALL: String(decisive + 1) });
    expect(killed.signal).toBe('SIGKILL');
    // Up to the call after the opening of the new partial, which a call that removes the dead lease comes before.
    for (let call = 1; call <= scan + 3; call += 1) {
      if (!isKillPoint(calls[call - 1] ?? '')) continue;
      const directory = join(folder, `twice-${call}`);
      await cp(template, directory, { recursive: true, preserveTimestamps: true });
      expect(await run(directory, { KILL_BEFORE_CALL: String(call) })).toMatchObject({ signal: 'SIGKILL' });
      const data = join(directory, `${table}.json`);
      await expectProved(data);
      await cumulusApiResults(backUp(directory));
      await expectProved(data);
      expect(await linesOf(data)).toHaveLength(11);
    }
  }, 120_000);
});

async function keptIn(directory: string, table: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name.startsWith(`${table}.2`) && /\.json(\.gz)?$/.test(name) && !name.includes('manifest'))
    .map((name) => join(directory, name));
}
