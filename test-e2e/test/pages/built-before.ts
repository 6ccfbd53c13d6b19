/** Why no page's test runs `npm ci` and `npm run build`. */
export const BUILT_BEFORE =
  'CI runs npm ci, and npm test builds, before the tests; both would replace what the tests run with';
