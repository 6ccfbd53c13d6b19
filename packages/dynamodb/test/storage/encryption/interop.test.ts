import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeUnless, ownFolder, whyNoCommands } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { AgeWriter } from '../../../src/storage/encryption/age-writer.ts';
import { decrypt } from '../../../src/storage/encryption/decrypt.ts';
import { readIdentities } from '../../../src/storage/encryption/identities.ts';
import { newKey } from '../../../src/storage/encryption/new-key.ts';

describeUnless(await whyNoCommands('age', 'age-keygen'), 'the age of another author', () => {
  const folder = ownFolder();
  /** Around the parts of 64 KB that age encrypts one by one. */
  const SIZES = [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001];

  async function encrypted(plain: Buffer, recipients: readonly string[]): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const writer = await AgeWriter.create(recipients, async (chunk) => {
      chunks.push(Buffer.from(chunk));
    });
    for (let at = 0; at < plain.length; at += 50_000) await writer.append(plain.subarray(at, at + 50_000));
    await writer.finish();
    return Buffer.concat(chunks);
  }

  async function decrypted(stored: Buffer, identities: readonly string[]): Promise<Buffer> {
    const pieces = (async function* () {
      for (let at = 0; at < stored.length; at += 10_000) yield stored.subarray(at, at + 10_000);
    })();
    const chunks: Buffer[] = [];
    for await (const chunk of decrypt(pieces, { name: 'a file', identities })) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  test('opens what is encrypted here, of any size', async () => {
    const [key, other] = [await newKey(), await newKey()];
    const keyFile = join(folder, 'key.txt');
    writeFileSync(keyFile, `${key.identity}\n`, { mode: 0o600 });
    for (const size of SIZES) {
      const plain = randomBytes(size);
      const stored = await encrypted(plain, [other.recipient, key.recipient]);
      const opened = execFileSync('age', ['-d', '-i', keyFile], { input: stored, maxBuffer: 2 ** 20 });
      expect(opened.equals(plain)).toBe(true);
    }
  });

  test('is opened here, of any size, with keys of its own making, post-quantum ones too', async () => {
    for (const kind of [[], ['-pq']]) {
      const keyFile = join(folder, `made${kind.join('')}.txt`);
      execFileSync('age-keygen', [...kind, '-o', keyFile], { stdio: 'ignore' });
      const recipient = execFileSync('age-keygen', ['-y', keyFile], { encoding: 'utf8' }).trim();
      const identities = await readIdentities([keyFile]);
      for (const size of SIZES) {
        const plain = randomBytes(size);
        const stored = execFileSync('age', ['-r', recipient], { input: plain, maxBuffer: 2 ** 20 });
        expect((await decrypted(stored, identities)).equals(plain)).toBe(true);
      }
    }
  });

  test('takes what was given up here for damaged', async () => {
    const key = await newKey();
    const chunks: Buffer[] = [];
    const writer = await AgeWriter.create([key.recipient], async (chunk) => {
      chunks.push(Buffer.from(chunk));
    });
    await writer.append(randomBytes(200_000));
    await writer.abort();
    const keyFile = join(folder, 'given-up.txt');
    writeFileSync(keyFile, key.identity, { mode: 0o600 });
    const status = await new Promise<number | null>((resolve) => {
      const age = execFile('age', ['-d', '-i', keyFile], { encoding: 'buffer' }, () => resolve(age.exitCode));
      age.stdin?.end(Buffer.concat(chunks));
    });
    expect(status).not.toBe(0);
    await expect(decrypted(Buffer.concat(chunks), [key.identity])).rejects.toMatchObject({ code: 'AGE_DAMAGED' });
  });
});
