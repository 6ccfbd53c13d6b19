import { physicalTableName } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../src/app.ts';
import type { HttpApi } from '../../src/http/http-api.ts';
import { createServices } from '../../src/services.ts';
import { settingsWithoutLogin } from '../../src/settings.ts';
import { ownAuth } from './own-login.ts';
import { OwnModels } from './own-models.ts';

onDynamoDBLocal('the whole API', () => {
  const tables = new OwnModels();
  let app: HttpApi;
  let readings = 0;

  beforeAll(async () => {
    await tables.models.users.create({ userName: 'wanderer' });
    const { client, prefix, models } = tables;
    const auth = ownAuth(models, () => tables.now);
    const findValid = auth.accessTokens.findValid.bind(auth.accessTokens);
    auth.accessTokens.findValid = (...given) => {
      readings++;
      return findValid(...given);
    };
    auth.provider.logins.set('a-code', {
      accessToken: 'a',
      refreshToken: 'r',
      userName: 'wanderer',
      expirationTime: tables.now / 1000 + 3_600,
    });
    const services = createServices({
      settings: settingsWithoutLogin({}, prefix),
      client,
      tableName: (name) => physicalTableName(prefix, name),
      requestLog: { request: () => undefined, brokenOff: () => undefined, warning: () => undefined },
    });
    app = createApp({ ...services, auth });
  });

  async function statusOf(request: string, headers: Record<string, string> = {}): Promise<number> {
    const [method = '', path = ''] = request.split(' ');
    return (await app.request(path, { method, headers })).status;
  }

  describe.each(['', '/v1'])('at "%s"', (root) => {
    test.each([
      [`GET ${root}/version`, 200],
      [`GET ${root}/token`, 307],
      [`GET ${root}/token?code=unknown`, 401],
      [`POST ${root}/refresh`, 401],
      [`DELETE ${root}/tokenDelete/rubbish`, 403],
      [`DELETE ${root}/token/rubbish`, 403],
    ])('answers %s without a login', async (request, status) => {
      expect(await statusOf(request)).toBe(status);
    });

    test('says of a login that the provider refuses that it is that', async () => {
      const { message } = (await (await app.request(`${root}/token?code=unknown`)).json()) as { message: string };
      expect(message).toContain('refuses');
    });

    test('answers nothing else without a login', async () => {
      const document = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, object> };
      const open = [
        '/version',
        '/token',
        '/refresh',
        '/tokenDelete/{token}',
        '/token/{token}',
        '/docs',
        '/openapi.json',
      ];
      const closed = Object.entries(document.paths).filter(([path]) => !open.includes(path));
      expect(closed.length).toBeGreaterThan(20);
      for (const [path, methods] of closed) {
        for (const method of Object.keys(methods)) {
          const request = `${method.toUpperCase()} ${root}${path.replaceAll(/\{\w+\}/g, 'x')}`;
          expect([request, await statusOf(request)]).toEqual([request, 401]);
        }
      }
    });

    test('looks a token up once a request', async () => {
      const answer = (await (await app.request('/token?code=a-code')).json()) as { message: { token: string } };
      readings = 0;
      const headers = { Authorization: `Bearer ${answer.message.token}` };
      expect(await statusOf(`GET ${root}/providers`, headers)).toBe(200);
      expect(readings).toBe(1);
    });
  });
});
