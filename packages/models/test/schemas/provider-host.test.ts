import { describe, expect, test } from '@jest/globals';
import { providerType } from '../../src/schemas/provider.ts';

async function violationsOf(host: string, protocol = 'https', stored?: object) {
  const checked = await providerType.check({ id: 'a', host, protocol }, stored as never);
  return checked.violations.map(({ path }) => path);
}

describe('the host of a provider', () => {
  test.each(['example.org', 'a-b.example.org.', '10.0.0.1', 'localhost', 'my-bucket', 'UPPER.case'])(
    'may be %s',
    async (host) => expect(await violationsOf(host)).toEqual([]),
  );

  test.each([
    ...['https://example.org', 'example.org:8080', 'example.org/data', 'user@example.org', 'a b', '-a.org', 'a..b'],
    ...['under_score.org', '[::1]', 'x'.repeat(64), 'a?b'],
  ])('is refused with a scheme, a port, a path, or as no name: %s', async (host) =>
    expect(await violationsOf(host)).toEqual(['host']),
  );

  test('may be any bucket for s3, and stays where it was stored', async () => {
    expect(await violationsOf('Old_Bucket', 's3')).toEqual([]);
    expect(await violationsOf('s3://bucket', 's3')).toEqual(['host']);
    const stored = { id: 'a', host: 'https://old', protocol: 'https', createdAt: 1 };
    expect(await violationsOf('https://old', 'https', stored)).toEqual([]);
    expect(await violationsOf('https://new', 'https', stored)).toEqual(['host']);
    const { violations } = await providerType.checkChanges({ protocol: 'https' }, [], {
      ...stored,
      host: 'b_c',
      protocol: 's3',
    });
    expect(violations).toMatchObject([{ path: 'host' }]);
  });
});
