import { endpointServer } from '../src/endpoint.ts';

describe('endpointServer', () => {
  it('takes the endpoint for DynamoDB before the one for all services', () => {
    const environment = { AWS_ENDPOINT_URL: 'http://all:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb:2' };
    expect(endpointServer(environment)).toMatchObject({ endpoint: 'http://dynamodb:2', kind: 'endpoint' });
  });

  it('takes the endpoint for all services where there is no other', () => {
    const environment = { AWS_ENDPOINT_URL: 'http://all:1', AWS_ENDPOINT_URL_DYNAMODB: '' };
    expect(endpointServer(environment)).toMatchObject({ endpoint: 'http://all:1' });
  });

  it('has nothing to offer where the environment names none', () => {
    expect(endpointServer({})).toBeUndefined();
  });

  it('leaves a server that it did not start alone', async () => {
    await expect(endpointServer({ AWS_ENDPOINT_URL: 'http://all:1' })?.stop()).resolves.toBeUndefined();
  });
});
