/**
 * That variables of the environment take precedence over a config file.
 * @param names of the variables, set as the reference sets them
 */
export function describePrecedence(names: readonly string[]): string {
  const variables = names.length === 1 ? 'environment variable' : 'environment variables';
  const verb = names.length === 1 ? 'takes' : 'take';
  return `The ${variables} ${names.join(' and ')} ${verb} precedence over a config file.`;
}
