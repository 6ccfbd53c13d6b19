/** The environment variable that has tests run at their whole size; `npm run campaign` sets it to `whole`. */
const SIZE_VARIABLE = 'CUMULUS_TEST_SIZE';

/** How much of something a long test tries: less in each run, everything in a campaign. */
export function sizeOf<T>({ usual, whole }: { readonly usual: T; readonly whole: T }): T {
  return process.env[SIZE_VARIABLE] === 'whole' ? whole : usual;
}
