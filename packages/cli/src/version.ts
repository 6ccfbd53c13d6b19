/** This package's version. `npm run changelog` writes it, since a bundle has no package.json to read it from. */
export const VERSION = '2.0.0';
