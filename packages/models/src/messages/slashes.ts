/** A path without the slashes at its end. Not by an expression, which takes the square of the time for many in its middle. */
export function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** A path without the slashes at its begin and its end. */
export function withoutSlashesAround(path: string): string {
  let begin = 0;
  while (path[begin] === '/') begin += 1;
  return withoutSlashesAtEnd(path.slice(begin));
}
