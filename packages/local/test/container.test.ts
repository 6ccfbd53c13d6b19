import { getContainerRuntimeClient } from 'testcontainers';
import { startContainer } from '../src/container.ts';
import { dockerEngineAnswers } from '../src/docker-engine.ts';
import { answers, listeningElsewhere, listTables } from './requests.ts';

const hasDocker = await dockerEngineAnswers();
const describeContainer = hasDocker ? describe : describe.skip;

describeContainer(hasDocker ? 'startContainer' : 'startContainer (skipped: no Docker engine answers)', () => {
  it('starts a server that answers to this machine alone, and leaves no container once stopped', async () => {
    const server = await startContainer(() => undefined);
    expect(server.kind).toBe('container');
    expect(await listTables(server.endpoint)).toEqual([]);
    const port = Number(new URL(server.endpoint).port);
    expect(await publishedPorts()).toContain(port);
    expect(await addressesOf(port)).toEqual(['127.0.0.1']);
    const elsewhere = await listeningElsewhere(server.endpoint);
    await server.stop();
    expect(await answers(server.endpoint)).toBe(false);
    expect(await listeningElsewhere(server.endpoint)).toEqual(elsewhere);
    expect(await publishedPorts()).not.toContain(Number(new URL(server.endpoint).port));
  });
});

/** The addresses of this machine at which the engine publishes a port. */
async function addressesOf(port: number): Promise<(string | undefined)[]> {
  const containers = await (await getContainerRuntimeClient()).container.list();
  return containers.flatMap(({ Ports }) => Ports.filter(({ PublicPort }) => PublicPort === port).map(({ IP }) => IP));
}

async function publishedPorts(): Promise<number[]> {
  const containers = await (await getContainerRuntimeClient()).container.list();
  return containers.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort));
}
