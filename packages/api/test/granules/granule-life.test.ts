import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CmrServer, describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { Cmr } from '../../src/cmr/cmr.ts';
import { cmrSettingsFrom } from '../../src/cmr-settings.ts';
import { NotConfiguredError } from '../../src/errors.ts';
import { BUCKETS, OwnArchive } from './own-archive.ts';

const LINK = 'https://cmr.uat.earthdata.nasa.gov/search/granules.json?concept_id=G1200000001-CUMULUS';

const DATA = { bucket: BUCKETS.protected, key: 'a/G1.hdf', content: 'data' };
const BROWSE = { bucket: BUCKETS.public, key: 'a/G1.jpg', content: 'browse' };

describeUnless(await whyNoMoto(), 'the end of a granule’s life', () => {
  const moto = ownMoto();
  const cmr = new CmrServer();
  const api = new OwnArchive(moto, cmr);

  const published = async (): Promise<void> => {
    cmr.granules.clear();
    cmr.put('native G1/a', 'G1200000001-CUMULUS');
    await api.archive('G1', [DATA], { published: true, cmrLink: LINK });
  };
  const remove = () => api.ask('PUT /granules/G1', { action: 'removeFromCmr' });

  describe('DELETE', () => {
    test('deletes its files in S3 and all records, also after an interruption anywhere', async () => {
      const requests = await api.interruption.everywhere(async (work) => {
        await api.empty();
        await api.archive('G1', [DATA, BROWSE]);
        await api.buckets.protected.put('a/G1.hdf.other', 'of nobody');
        await work(() => api.ask('DELETE /granules/G1'));
        // Absent once the first request has done it.
        expect([200, 400]).toContain((await api.ask('DELETE /granules/G1')).status);
        expect(await api.granule('G1')).toBeUndefined();
        expect(await api.objects()).toEqual([`${BUCKETS.protected}/a/G1.hdf.other`]);
        expect(await api.files()).toEqual([]);
      });
      expect(requests).toBeGreaterThanOrEqual(3);
    });

    test('leaves a file that another granule lists, and takes one that is gone for done', async () => {
      await api.empty();
      await api.archive('G1', [DATA, BROWSE, { ...DATA, key: 'a/gone' }]);
      await api.buckets.protected.remove('a/gone');
      await api.services.models.files.replaceFrom({ bucket: BROWSE.bucket, key: BROWSE.key, granuleId: 'G2' });
      const nowhere = { bucket: 'no-such-bucket-of-tests', key: 'a' };
      const { files } = await api.granule('G1');
      await api.services.models.granules.update({ granuleId: 'G1' }, { files: [...files, nowhere] });
      expect(await api.ask('DELETE /granules/G1')).toMatchObject({ status: 200, body: { detail: 'Record deleted' } });
      expect(await api.objects()).toEqual([`${BUCKETS.public}/a/G1.jpg`]);
      expect(await api.files()).toEqual([`${BUCKETS.public}/a/G1.jpg: G2`]);
      await api.services.models.files.delete(BROWSE);
    });

    test('refuses a published one, and keeps all of it', async () => {
      await api.empty();
      await published();
      expect(await api.ask('DELETE /granules/G1')).toMatchObject({
        status: 400,
        body: { message: 'You cannot delete a granule that is published to CMR. Remove it from CMR first' },
      });
      expect(await api.objects()).toEqual([`${BUCKETS.protected}/a/G1.hdf`]);
    });

    test('says that the files are gone where the granule is published meanwhile', async () => {
      await api.empty();
      await api.archive('G1', [DATA]);
      const s3 = await api.services.clients.s3();
      s3.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const answer = await next(args);
            if (commandName === 'DeleteObjectCommand')
              await api.services.models.granules.update({ granuleId: 'G1' }, { published: true });
            return answer;
          },
        { step: 'initialize', name: 'published', override: true },
      );
      const answer = await api.ask('DELETE /granules/G1');
      s3.middlewareStack.remove('published');
      expect(answer).toMatchObject({
        status: 409,
        body: { message: expect.stringMatching(/was published to CMR while .* files in S3 are deleted/) },
      });
      expect(await api.granule('G1')).toMatchObject({ published: true });
    });

    test('keeps the records while S3 throttles, or forbids', async () => {
      await api.archive('G1', [DATA]);
      const s3 = await api.services.clients.s3();
      for (const [name, httpStatusCode, status] of [
        ['SlowDown', 503, 503],
        ['AccessDenied', 403, 501],
      ] as const) {
        s3.middlewareStack.add(
          () => async () => {
            throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
          },
          { step: 'initialize', name: 'refused', override: true },
        );
        expect((await api.ask('DELETE /granules/G1')).status).toBe(status);
        expect(await api.granule('G1')).toMatchObject({ granuleId: 'G1' });
      }
      s3.middlewareStack.remove('refused');
      expect((await api.ask('DELETE /granules/G1')).status).toBe(200);
    });
  });

  describe('removeFromCmr', () => {
    test('removes it by the id that CMR has it under, and records that', async () => {
      await published();
      cmr.requests.length = 0;
      expect(await remove()).toMatchObject({
        status: 200,
        body: { granuleId: 'G1', action: 'removeFromCmr', status: 'SUCCESS' },
      });
      expect(cmr.granules.get('native G1/a')?.metadata).toBeUndefined();
      const granule = await api.granule('G1');
      expect(granule).toMatchObject({ published: false, status: 'completed', files: [{ key: 'a/G1.hdf' }] });
      expect(granule).not.toHaveProperty('cmrLink');
      expect(cmr.requests.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'client-id': 'cumulus-tests' } });
      expect(await remove()).toMatchObject({
        status: 400,
        body: { message: 'Granule G1 is not published to CMR, so cannot be removed from CMR' },
      });
      expect((await api.ask('DELETE /granules/G1')).status).toBe(200);
    });

    test('is done by the same request after an interruption anywhere', async () => {
      await api.interruption.everywhere(async (work) => {
        await published();
        await work(remove);
        // Refused once the first request has done it.
        expect([200, 400]).toContain((await remove()).status);
        expect(cmr.granules.get('native G1/a')?.metadata).toBeUndefined();
        expect((await api.granule('G1')).published).toBe(false);
      });
    }, 30_000);

    test('takes one that CMR does not have for removed, by the id in its metadata file', async () => {
      cmr.granules.clear();
      const content = '<Granule><GranuleUR>UR of G1</GranuleUR></Granule>';
      const file = { bucket: BUCKETS.public, key: 'a/G1.cmr.xml', content };
      await api.archive('G1', [file], { published: true, cmrLink: LINK });
      cmr.requests.length = 0;
      expect((await remove()).status).toBe(200);
      expect(cmr.requests.at(-1)?.path).toBe('/ingest/providers/CUMULUS/granules/UR%20of%20G1');
    });

    test('changes nothing where CMR refuses, or something else answers in its place', async () => {
      await published();
      const refusals: readonly (readonly [answers: CmrServer['instead'], status: number, said: RegExp])[] = [
        [[undefined, [404, '<html>proxy</html>']], 502, /answered 404/],
        [[undefined, [200, '{}']], 502, /answered 200/],
        [[undefined, [403, '{"errors":["no"]}']], 502, /did not delete the granule; it answered 403: no/],
        [[[422, '{"errors":[{"path":["A",1],"errors":["is wrong"]}]}']], 502, /answered 422: A\/1: is wrong/],
        [
          [undefined, [404, '{"errors":["Provider with provider-id [CUMULUS] does not exist."]}']],
          502,
          /answered 404: Provider/,
        ],
        [
          [[200, '{"hits":1,"items":[{"meta":{"native-id":"n","provider-id":"OTHER"},"umm":{}}]}']],
          502,
          /of the provider OTHER/,
        ],
        [[[200, '<html>proxy</html>']], 502, /answered 200/],
        [[[404, '<html>proxy</html>']], 502, /answered 404/],
        [
          [
            [503, ''],
            [429, ''],
            [500, ''],
          ],
          503,
          /CMR cannot answer/,
        ],
      ];
      for (const [answers, status, said] of refusals) {
        cmr.instead = [...answers];
        expect(await remove()).toMatchObject({ status, body: { message: expect.stringMatching(said) } });
        expect(await api.granule('G1')).toMatchObject({ published: true, cmrLink: LINK });
      }
      cmr.instead = [
        [502, ''],
        [500, ''],
      ];
      expect((await remove()).status).toBe(200);
    }, 30_000);

    test('asks for another token where CMR does not take the one that it had', async () => {
      await published();
      cmr.token = 'another-token';
      expect((await remove()).status).toBe(200);
    });

    test('never logs or answers a credential', async () => {
      await published();
      cmr.token = 'token-nobody-may-see';
      cmr.instead = [
        [401, '{"errors":["Token [token-nobody-may-see] is not known"]}'],
        [401, '{"error_description":"pass word"}'],
      ];
      const { status, body } = await remove();
      expect(status).toBe(502);
      const seen = JSON.stringify([body, api.lines.map(({ error, ...line }) => [line, describeError(error)])]);
      for (const secret of ['pass word', 'token-nobody-may-see', Buffer.from('archive:pass word').toString('base64')])
        expect(seen).not.toContain(secret);
    });
  });

  describe('of a deployment without CMR', () => {
    test('is a 501 that names what is missing', async () => {
      await api.archive('G9', [], { published: true, cmrLink: LINK });
      const without = api.another({ systemBucket: BUCKETS.system });
      const { status, body } = await without.ask('PUT /granules/G9', { action: 'removeFromCmr' });
      expect(status).toBe(501);
      for (const name of ['cmr_provider', 'cmr_client_id', 'cmr_username', 'cmr_password', 'CMR_ENVIRONMENT'])
        expect(body.message).toContain(name);
    });

    test('reads its password from Secrets Manager, if it is there', async () => {
      const secrets = new SecretsManagerClient({ endpoint: moto.endpoint });
      await secrets.send(new CreateSecretCommand({ Name: 'cmr-password', SecretString: 'pass word' }));
      secrets.destroy();
      const { cmr_password: _, ...environment } = cmr.environment;
      const withSecret = (cmr_password_secret_name: string): Cmr => {
        const settings = cmrSettingsFrom({ ...environment, cmr_password_secret_name });
        return new Cmr({ settings, clients: api.services.clients, systemObjects: undefined, now: Date.now });
      };
      cmr.put('G7', 'G7-CUMULUS');
      expect(await withSecret('cmr-password').nativeIdOf('G7-CUMULUS')).toBe('G7');
      await expect(withSecret('none').nativeIdOf('G7-CUMULUS')).rejects.toThrow(NotConfiguredError);
    });
  });
});

/** All that a log could show of an error. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return [error.name, error.message, error.stack, describeError(error.cause)];
}
