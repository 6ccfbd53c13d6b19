import type { LocalServer } from './server.ts';

/** DynamoDB Local takes any key, as long as it is made of letters and digits. */
const LOCAL_CREDENTIALS: NodeJS.ProcessEnv = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: undefined,
  // A profile would go before the keys above.
  AWS_PROFILE: undefined,
};

/**
 * The environment variables by which any AWS SDK and the AWS command line find a server, for a process of its own:
 * `spawn(command, { env: { ...process.env, ...serverEnvironment(server) } })`. A variable that has to be absent is
 * undefined. An endpoint that was given keeps the credentials and the region that were given with it.
 */
export function serverEnvironment(server: LocalServer, given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const hasCredentials = Boolean(given['AWS_ACCESS_KEY_ID'] || given['AWS_PROFILE']);
  return {
    AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
    AWS_REGION: given['AWS_REGION'] || given['AWS_DEFAULT_REGION'] || 'us-east-1',
    ...(server.kind === 'endpoint' && hasCredentials ? {} : LOCAL_CREDENTIALS),
  };
}

/** Sets variables in an environment, this process's unless given, and removes those that are undefined. */
export function enterEnvironment(variables: NodeJS.ProcessEnv, environment: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  }
}
