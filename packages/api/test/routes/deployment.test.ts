import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

const PAGE = 'https://dashboard.example.org';

onDynamoDBLocal('what the API says of itself', () => {
  const api = new OwnApi({ dashboardOrigins: [PAGE] });

  test('has the release of Cumulus’s API that it speaks apart from its own version', async () => {
    const { body } = await api.ask('GET /version');
    expect(body).toEqual({
      response_version: 'v1',
      api_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      software_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    // The least that NASA's dashboards ask for, up to v1.10.
    for (const least of ['1.14.2', '1.19.0', '1.23.0', '2.0.1'])
      expect(body.api_version.localeCompare(least, undefined, { numeric: true })).toBeGreaterThanOrEqual(0);
  });

  test('has schemas of which dashboards make forms', async () => {
    const { body } = await api.ask('GET /schemas/rule');
    expect(body.required).toEqual(['name', 'workflow', 'collection', 'rule']);
    expect(body.properties).toMatchObject({
      workflow: { title: 'Workflow Name' },
      createdAt: { readonly: true, readOnly: true },
    });
    expect((await api.ask('GET /schemas/none')).status).toBe(404);
  });

  test('lets pages of dashboards send their headers and methods, and no other pages', async () => {
    const preflight = (origin: string) =>
      api.ask('OPTIONS /rules/a', undefined, {
        Origin: origin,
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type,cumulus-api-version',
      });
    const { headers } = await preflight(PAGE);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(PAGE);
    expect(headers.get('Access-Control-Allow-Headers')?.split(',')).toEqual(
      expect.arrayContaining(['Authorization', 'Content-Type', 'Cumulus-API-Version']),
    );
    expect(headers.get('Access-Control-Allow-Methods')?.split(',')).toContain('PATCH');
    expect((await preflight('https://elsewhere.example.org')).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});
