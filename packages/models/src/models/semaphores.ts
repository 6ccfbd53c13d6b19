import { conditions, type Outcome, writeIf } from '@cumulus/dynamodb/items';
import { SemaphoreFullError } from '../errors.ts';
import { type NewSemaphore, type Semaphore, semaphoreType } from '../schemas/semaphore.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/** Reads and writes semaphores: how many hold something at the same time. */
export class SemaphoreModel extends RecordModel<Semaphore, NewSemaphore, 'key'> {
  constructor(context: ModelContext) {
    super(semaphoreType, context);
  }

  /**
   * Takes one place of at most `max`. A request whose answer was lost may take two: a place is given back by hand, as
   * it is when who holds it dies.
   * @returns how many places are taken then
   * @throws SemaphoreFullError if `max` are taken already
   */
  async up(key: string, max: number): Promise<number> {
    if (max < 1) throw new SemaphoreFullError(key, max);
    const outcome = await this.#add(key, 1, [
      conditions.anyOf(conditions.absent('semvalue'), conditions.less('semvalue', max)),
    ]);
    if (!outcome.done) throw new SemaphoreFullError(key, max);
    return Number(outcome.after?.['semvalue']);
  }

  /** Gives a place back, and returns how many are taken then: never less than 0. */
  async down(key: string): Promise<number> {
    const outcome = await this.#add(key, -1, [conditions.more('semvalue', 0)]);
    return Number(outcome.done ? outcome.after?.['semvalue'] : 0);
  }

  async #add(key: string, number: number, condition: Parameters<typeof writeIf>[1]['conditions']): Promise<Outcome> {
    return writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: this.keyOf({ key }),
      changes: { add: { semvalue: number } },
      conditions: condition,
    });
  }
}
