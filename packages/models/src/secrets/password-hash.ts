import { randomBytes, scrypt } from 'node:crypto';

/**
 * scrypt's parameters: the cost in memory and time (a power of two), the block size, the rounds one after another. They take
 * 32 MiB for each password, and are one of the equal choices of OWASP's Password Storage Cheat Sheet.
 */
const WORK = { N: 2 ** 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

const PREFIX = 'scrypt:';

/**
 * Hashes a password with scrypt and a salt of its own. The text includes the parameters. It takes about a quarter of a
 * second, outside the event loop.
 *
 * @returns `scrypt:N=32768,r=8,p=3:SALT:HASH`, salt and hash in base64url
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  const { N, r, p } = WORK;
  return `${PREFIX}N=${N},r=${r},p=${p}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/** Whether a text begins like a password's hash. It may still be damaged. */
export function isHashedPassword(text: string): boolean {
  return text.startsWith(PREFIX);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  // Node counts a little more than the algorithm's table against maxmem.
  const options = { ...WORK, maxmem: 2 * 128 * WORK.N * WORK.r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}
