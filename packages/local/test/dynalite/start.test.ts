import { describe, expect, test } from '@jest/globals';
import { startDynalite } from '../../src/dynalite/start.ts';
import { answers, listeningElsewhere, listTables } from '../requests.ts';

describe('startDynalite', () => {
  test('starts a server that answers to this machine alone, and is gone once stopped', async () => {
    const server = await startDynalite();
    expect(server.kind).toBe('dynalite');
    expect(await listTables(server.endpoint)).toEqual([]);
    const elsewhere = await listeningElsewhere(server.endpoint);
    await server.stop();
    expect(await answers(server.endpoint)).toBe(false);
    expect(await listeningElsewhere(server.endpoint)).toEqual(elsewhere);
  });

  test('starts as often as wanted, each server with tables of its own', async () => {
    const servers = await Promise.all([startDynalite(), startDynalite()]);
    expect(new Set(servers.map(({ endpoint }) => endpoint)).size).toBe(2);
    await Promise.all(servers.map((server) => server.stop()));
  });
});
