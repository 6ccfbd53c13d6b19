import { enterEnvironment, serverEnvironment } from '../src/credentials.ts';
import type { LocalServer, LocalServerKind } from '../src/server.ts';

describe('serverEnvironment', () => {
  it('names the server, a region, and keys of letters and digits as DynamoDB Local demands', () => {
    expect(serverEnvironment(serverOf('jar'), {})).toMatchObject({
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
      AWS_REGION: expect.stringMatching(/./),
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^[A-Za-z0-9]+$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^[A-Za-z0-9]+$/),
    });
  });

  it('keeps a real profile away from a local server', () => {
    const environment = { AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'secret' };
    enterEnvironment(serverEnvironment(serverOf('container'), environment), environment);
    expect(environment).not.toHaveProperty('AWS_PROFILE');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
  });

  it('keeps the credentials and the region that were given with an endpoint', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'mine', AWS_DEFAULT_REGION: 'eu-west-1' };
    enterEnvironment(serverEnvironment(serverOf('endpoint'), environment), environment);
    expect(environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'mine', AWS_REGION: 'eu-west-1' });
  });
});

function serverOf(kind: LocalServerKind): LocalServer {
  return { endpoint: 'http://127.0.0.1:1', kind, description: '', stop: () => Promise.resolve() };
}
