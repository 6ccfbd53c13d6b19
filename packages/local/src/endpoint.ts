import type { LocalServer } from './server.ts';

/**
 * The server that the environment names, by the variables that every AWS SDK reads: `AWS_ENDPOINT_URL_DYNAMODB`, then
 * `AWS_ENDPOINT_URL`. Undefined where neither is set. Stopping it does nothing, since it belongs to someone else.
 */
export function endpointServer(environment: NodeJS.ProcessEnv = process.env): LocalServer | undefined {
  const variable = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'].find((name) => environment[name]);
  if (variable === undefined) return undefined;
  const endpoint = String(environment[variable]);
  return {
    endpoint,
    kind: 'endpoint',
    description: `the DynamoDB at ${endpoint} that ${variable} names`,
    stop: () => Promise.resolve(),
  };
}
