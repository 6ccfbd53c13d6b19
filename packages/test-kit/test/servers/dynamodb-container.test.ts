import { describe, expect, test } from '@jest/globals';
import { getContainerRuntimeClient } from 'testcontainers';
import { describeUnless } from '../../src/needs/describe-unless.ts';
import { dockerEngineAnswers } from '../../src/servers/docker-engine.ts';
import { publishedAddress, startContainer } from '../../src/servers/dynamodb-container.ts';

const hasDocker = await dockerEngineAnswers();

describeUnless(hasDocker ? undefined : 'no Docker engine answers', 'startContainer', () => {
  test('starts a server at the one address that it is reached by, and leaves no container once stopped', async () => {
    const { endpoint, stop } = await startContainer(() => undefined, true);
    const { hostname, port } = new URL(endpoint);
    expect((await fetch(endpoint)).status).toBe(400);
    expect(await addressesOf(Number(port))).toEqual([hostname]);
    await stop();
    await expect(fetch(endpoint)).rejects.toThrow();
    expect(await addressesOf(Number(port))).toEqual([]);
  });
});

describe('publishedAddress', () => {
  const GATEWAY = { host: '172.17.0.1', hostIps: [{ address: '172.17.0.1', family: 4 }] };
  const LOCALHOST = { host: 'localhost', hostIps: [{ address: '::1', family: 6 }] };
  const NAMED = { host: 'docker.internal', hostIps: [{ address: '192.168.65.254', family: 4 }] };

  test.each([
    ['the loopback interface for an engine of this machine', LOCALHOST, true, '127.0.0.1'],
    ['the loopback interface for an engine of this machine that is asked by TCP', LOCALHOST, false, '127.0.0.1'],
    ["the gateway of the engine's network where this process runs in a container", GATEWAY, true, '172.17.0.1'],
    ['the address of the name by which the engine is reached', NAMED, true, '192.168.65.254'],
    ['all addresses for an engine of another machine', GATEWAY, false, undefined],
  ])('is %s', (_, reached, isUnixSocket, address) => {
    expect(publishedAddress(reached, isUnixSocket)).toBe(address);
  });
});

/** The addresses at which the engine publishes a port. */
async function addressesOf(port: number): Promise<(string | undefined)[]> {
  const containers = await (await getContainerRuntimeClient()).container.list();
  return containers.flatMap(({ Ports }) => Ports.filter(({ PublicPort }) => PublicPort === port).map(({ IP }) => IP));
}
