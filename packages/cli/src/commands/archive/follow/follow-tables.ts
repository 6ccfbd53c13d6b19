import { type FollowEvent, type FollowOptions, followTable } from '@cumulus/dynamodb/archive';
import type { Context } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import { describeEvent } from './describe-event.ts';
import { afterEvent, type FollowedTable, newlyFollowed } from './followed-table.ts';
import { watchForTables } from './watch-for-tables.ts';

interface FollowTablesOptions {
  readonly tables: readonly string[];
  /** Tables that are followed too as soon as they are there, and have a stream. */
  readonly wanted: readonly string[];
  /** Whether a table is there, and can be followed. */
  readonly isFollowable: (table: string) => Promise<boolean>;
  /** The time between two looks for tables that were created, in milliseconds; a minute unless given. */
  readonly lookEvery?: number;
  readonly settings: Omit<FollowOptions, 'table' | 'onEvent'>;
  readonly context: Pick<Context, 'abortSignal' | 'onNote' | 'onProgress' | 'onWarning'>;
}

/**
 * Follows tables side by side. That one fails ends none of the others.
 * @returns what was archived of each, in the order in which they were begun, once none is followed any more
 */
export async function followTables(options: FollowTablesOptions): Promise<readonly FollowedTable[]> {
  const tables = new SideBySide(options);
  for (const table of options.tables) tables.follow(table);
  return tables.end();
}

class SideBySide {
  readonly #options: FollowTablesOptions;
  readonly #tables = new Map<string, FollowedTable>();
  readonly #following = new Set<Promise<void>>();

  constructor(options: FollowTablesOptions) {
    this.#options = options;
  }

  follow(table: string): void {
    this.#tables.set(table, newlyFollowed(table));
    const following = this.#follow(table).finally(() => this.#following.delete(following));
    this.#following.add(following);
  }

  /** Waits until no table is followed any more. */
  async end(): Promise<readonly FollowedTable[]> {
    const { wanted, isFollowable, context, lookEvery } = this.#options;
    const isFollowed = (table: string): boolean => this.#tables.has(table);
    const follow = (table: string): void => this.follow(table);
    await watchForTables({ wanted, isFollowed, isFollowable, follow, context, lookEvery }, async () => {
      while (this.#following.size > 0) await Promise.race(this.#following);
    });
    return [...this.#tables.values()];
  }

  async #follow(table: string): Promise<void> {
    const { settings, context } = this.#options;
    try {
      await followTable({ ...settings, table, onEvent: (event) => this.#take(event) });
    } catch (error) {
      this.#tables.set(table, { ...this.#tableOf(table), failure: error as Error });
      if (settings.once || context.abortSignal.aborted) return;
      context.onWarning(`${table} is not followed any more: ${(error as Error).message}`);
    }
  }

  #take(event: FollowEvent): void {
    const { onNote, onProgress, onWarning } = this.#options.context;
    const before = this.#tableOf(event.table);
    this.#tables.set(event.table, afterEvent(before, event));
    // What fails again and again is said once.
    const isKnown =
      (event.kind === 'base failed' && before.baseFailure?.message === event.error.message) ||
      (event.kind === 'payloads' && (before.payloads?.failed ?? 0) > 0);
    const { note, warning } = describeEvent(event);
    if (warning !== undefined && !isKnown) onWarning(warning);
    if (note !== undefined) onNote(note);
    const tables = [...this.#tables.values()];
    const changes = tables.reduce((sum, each) => sum + each.changes, 0);
    onProgress({
      phase: 'following',
      table: count(tables.length, 'table'),
      state: `${count(changes, 'change')} archived`,
    });
  }

  #tableOf(table: string): FollowedTable {
    return this.#tables.get(table) ?? newlyFollowed(table);
  }
}
