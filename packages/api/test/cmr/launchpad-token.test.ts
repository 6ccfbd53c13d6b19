import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createClient } from '@cumulus/dynamodb/aws';
import { describeUnless, ownBucket, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAwsClients } from '../../src/aws/clients.ts';
import { SystemObjects } from '../../src/aws/system-objects.ts';
import { CmrToken } from '../../src/cmr/cmr-token.ts';
import { CmrError, NotConfiguredError } from '../../src/errors.ts';

describeUnless(await whyNoMoto(), 'a token of Launchpad', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'launchpad-system');
  const folder = ownFolder();
  const client = createClient();
  let server: Server;
  let api = '';
  let answer = '';
  let asked = 0;
  let time = 0;

  beforeAll(async () => {
    process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    for (const name of ['server', 'client']) {
      const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        ...files,
        '-subj',
        `/CN=${name}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      );
    }
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'client.key',
      '-in',
      'client.crt',
      '-out',
      'client.pfx',
      '-passout',
      'pass:open sesame',
    );
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    await bucket.put('stack/crypto/client.pfx', read('client.pfx'));
    await bucket.put('stack/crypto/damaged.pfx', 'no certificate');
    server = createServer(
      { key: read('server.key'), cert: read('server.crt'), ca: read('client.crt'), requestCert: true },
      (request, response) => {
        asked += 1;
        const isKnown = (request.socket as TLSSocket).authorized && request.url === '/icam/api/sm/v1/gettoken';
        response.writeHead(isKnown ? 200 : 403).end(isKnown ? answer : 'who are you?');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api = `https://127.0.0.1:${(server.address() as AddressInfo).port}/icam/api/sm/v1`;
    process.env['AWS_CA_BUNDLE'] = join(folder, 'server.crt');
  });
  afterAll(() => {
    delete process.env['AWS_ENDPOINT_URL_S3'];
    delete process.env['AWS_CA_BUNDLE'];
    server.closeAllConnections();
    server.close();
    client.destroy();
  });

  const tokenOf = (certificate: string, passphrase: string): CmrToken => {
    const clients = createAwsClients(client);
    return new CmrToken({
      credentials: { kind: 'launchpad', api, certificate, passphrase: { value: passphrase } },
      clients,
      systemObjects: new SystemObjects({ clients, bucket: bucket.name, stackName: 'stack' }),
      now: () => time,
    });
  };

  test('is asked for with the certificate out of S3, and used until it ends', async () => {
    const token = tokenOf('client.pfx', 'open sesame');
    answer = '{"authlevel":25,"cookiename":"SMSESSION","session_maxtimeout":600,"sm_token":"first"}';
    expect([await token.header(), await token.header(), asked]).toEqual(['first', 'first', 1]);
    answer = answer.replace('first', 'second');
    time = 539_000;
    expect(await token.header()).toBe('first');
    time = 541_000;
    expect(await token.header()).toBe('second');
    answer = answer.replace('second', 'third');
    token.forget();
    expect(await token.header()).toBe('third');
  });

  test('that cannot be had is an error that says why, without the passphrase', async () => {
    for (const [certificate, passphrase, said, kind] of [
      ['none.pfx', 'open sesame', 'stack/crypto/none.pfx', NotConfiguredError],
      ['client.pfx', 'wrong', 'cannot be opened with its passphrase', NotConfiguredError],
      ['damaged.pfx', 'open sesame', 'cannot be opened with its passphrase', NotConfiguredError],
    ] as const) {
      const error = await tokenOf(certificate, passphrase)
        .header()
        .catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(String(error)).toContain(said);
      expect(String(error)).not.toContain(passphrase);
    }
    answer = '{"error":"open sesame"}';
    const error = await tokenOf('client.pfx', 'open sesame')
      .header()
      .catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(CmrError);
    expect(String(error)).not.toContain('sesame');
  });
});
