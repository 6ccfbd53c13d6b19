/** Why a line is not an item, in words. */
export class LineProblem {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}
