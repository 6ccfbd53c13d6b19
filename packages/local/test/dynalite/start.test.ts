import { startDynalite } from '../../src/dynalite/start.ts';
import { answers, listTables } from '../requests.ts';

describe('startDynalite', () => {
  it('starts a server that answers and is gone once stopped', async () => {
    const server = await startDynalite();
    expect(server.kind).toBe('dynalite');
    expect(await listTables(server.endpoint)).toEqual([]);
    await server.stop();
    expect(await answers(server.endpoint)).toBe(false);
  });

  it('starts as often as wanted, each server with tables of its own', async () => {
    const servers = await Promise.all([startDynalite(), startDynalite()]);
    expect(new Set(servers.map(({ endpoint }) => endpoint)).size).toBe(2);
    await Promise.all(servers.map((server) => server.stop()));
  });
});
