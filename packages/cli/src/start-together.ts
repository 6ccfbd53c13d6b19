/**
 * Starts several works when the first of them is asked for, so that AWS does them side by side while each is waited for in turn.
 * @returns a function that gives the started work, or throws what kept it from being started
 */
export function startTogether<Planned, Started>(
  all: readonly Planned[],
  start: (planned: Planned) => Promise<Started>,
): (planned: Planned) => Promise<Started> {
  let started: ReadonlyMap<Planned, Promise<Started>> | undefined;
  return async (planned) => {
    started ??= new Map(all.map((one) => [one, start(one)]));
    // A failure is reported when its own turn comes.
    await Promise.allSettled(started.values());
    return started.get(planned) ?? start(planned);
  };
}
