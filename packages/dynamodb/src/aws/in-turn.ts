/**
 * Makes a function of calls that overlap into one whose calls run one after the other, in the order in which they came.
 * After a call has failed the later ones fail likewise, without running.
 */
export function inTurn<Argument>(work: (argument: Argument) => Promise<void>): (argument: Argument) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (argument) => {
    last = last.then(() => work(argument));
    return last;
  };
}
