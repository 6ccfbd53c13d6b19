/**
 * Begins several works when the first of them is asked for, so that AWS does them side by side while they are waited for
 * one after the other.
 * @returns gives what the beginning of one came to, or throws what it failed with
 */
export function startTogether<Planned, Begun>(
  all: readonly Planned[],
  begin: (planned: Planned) => Promise<Begun>,
): (planned: Planned) => Promise<Begun> {
  let begun: ReadonlyMap<Planned, Promise<Begun>> | undefined;
  return async (planned) => {
    begun ??= new Map(all.map((one) => [one, begin(one)]));
    // What failed is told when its own turn comes.
    await Promise.allSettled(begun.values());
    return begun.get(planned) ?? begin(planned);
  };
}
