import { VERSION } from '../../version.ts';

/** This package's name and version, as a manifest says it. */
export const SOFTWARE = `@cumulus/dynamodb ${VERSION}`;
