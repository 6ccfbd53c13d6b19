import { readFileSync } from 'node:fs';
import { SOURCE_PATTERNS } from './words.mjs';

const PATTERNS = SOURCE_PATTERNS.map(({ pattern, instead }) => ({ pattern: new RegExp(pattern, 'giu'), instead }));

/**
 * Checks the words of sources: messages, comments, descriptions. Names count too, so that one word is used everywhere.
 * @param files their paths
 * @returns a line for each problem
 */
export function checkSources(files) {
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return PATTERNS.flatMap(({ pattern, instead }) =>
      [...text.matchAll(pattern)].map(({ 0: found, index }) => {
        const line = text.slice(0, index).split('\n').length;
        return `${file}:${line} "${found.replaceAll(/\s+(?:(?:\*|\/\/|#)\s+)?/g, ' ')}": write ${instead}`;
      }),
    );
  });
}
