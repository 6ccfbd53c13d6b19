import type { TypedItem } from '../../items/typed-item.ts';

/** Why a line is not an item that fits, in words. */
export class LineProblem {
  readonly problem: string;
  /** The item, as far as it can be read. */
  readonly item: TypedItem | undefined;

  constructor(problem: string, item?: TypedItem) {
    this.problem = problem;
    this.item = item;
  }
}
