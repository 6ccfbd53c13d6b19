/**
 * The names of the log groups of a deployment, in which `*` stands for any characters: those of its tasks on ECS, which
 * Cumulus's modules name `<prefix>-<task>EcsLogs`, and those of its functions, which Lambda names after them.
 */
export function logGroupsOf(stackName: string): readonly string[] {
  return [`${stackName}-*EcsLogs`, `/aws/lambda/${stackName}-*`];
}

/** The text that all names of a pattern begin with. */
export function beginningOf(pattern: string): string {
  return pattern.replace(/\*.*$/s, '');
}

/** Whether a log group's name is of a pattern. */
export function isOfPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return name === pattern;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  // Each part as early as can be; what is left in the end has to have room for the last.
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** A log group's name without what all of its pattern begin with: `Ingest`, of `/aws/lambda/prod-Ingest`. */
export function shortName(name: string, patterns: readonly string[]): string {
  const beginning = patterns.filter((pattern) => isOfPattern(name, pattern)).map(beginningOf);
  return name.slice(Math.max(0, ...beginning.map((text) => text.length)));
}
