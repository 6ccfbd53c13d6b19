import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilentServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { dockerEngineAnswers } from '../../src/servers/docker-engine.ts';

describe('dockerEngineAnswers', () => {
  test('finds the engine at the socket that DOCKER_HOST names', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'engine-'));
    const path = join(directory, 'docker.sock');
    const engine = createServer((request, response) => response.end(request.url)).listen(path);
    await once(engine, 'listening');
    try {
      expect(await dockerEngineAnswers({ DOCKER_HOST: `unix://${path}` })).toBe(true);
    } finally {
      engine.close();
      await rm(directory, { recursive: true });
    }
  });

  test('goes on without an engine that accepts connections and never answers, as a paused one does', async () => {
    const paused = createSilentServer().listen(0, '127.0.0.1');
    await once(paused, 'listening');
    try {
      const DOCKER_HOST = `tcp://127.0.0.1:${(paused.address() as AddressInfo).port}`;
      expect(await dockerEngineAnswers({ DOCKER_HOST })).toBe(false);
    } finally {
      paused.close();
    }
  });

  test.each(['tcp://127.0.0.1:1', 'unix:///nowhere/docker.sock', 'not a URL'])(
    'says at once that no engine answers at DOCKER_HOST=%s, whatever runs elsewhere',
    async (DOCKER_HOST) => {
      const start = Date.now();
      expect(await dockerEngineAnswers({ DOCKER_HOST })).toBe(false);
      expect(Date.now() - start).toBeLessThan(1_000);
    },
  );
});
