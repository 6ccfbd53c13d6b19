import { getContainerRuntimeClient } from 'testcontainers';
import { startContainer } from '../src/container.ts';
import { dockerEngineAnswers } from '../src/docker-engine.ts';
import { answers, listTables } from './requests.ts';

const hasDocker = await dockerEngineAnswers();
const describeContainer = hasDocker ? describe : describe.skip;

describeContainer(hasDocker ? 'startContainer' : 'startContainer (skipped: no Docker engine answers)', () => {
  it('starts a server that answers and leaves no container once stopped', async () => {
    const server = await startContainer(() => undefined);
    expect(server.kind).toBe('container');
    expect(await listTables(server.endpoint)).toEqual([]);
    expect(await publishedPorts()).toContain(Number(new URL(server.endpoint).port));
    await server.stop();
    expect(await answers(server.endpoint)).toBe(false);
    expect(await publishedPorts()).not.toContain(Number(new URL(server.endpoint).port));
  });
});

async function publishedPorts(): Promise<number[]> {
  const containers = await (await getContainerRuntimeClient()).container.list();
  return containers.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort));
}
