/** What a recovery leaves untouched that is refused. */
export const NOTHING_STARTED = 'Nothing was started or changed.';
