import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt's parameters: the cost in memory and time (a power of two), the block size, the rounds one after another. */
interface Work {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB for each password, which a Lambda function has; one of the equal choices of OWASP's Password Storage Cheat Sheet. */
const WORK: Work = { N: 2 ** 15, r: 8, p: 3 };

/** More than this is not computed, whatever a row says, in bytes and in blocks. */
const MAX_MEMORY = 256 * 2 ** 20;
const MAX_BLOCKS = 2 ** 23;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

const PREFIX = 'scrypt:';
const HASHED = /^scrypt:N=(\d{1,8}),r=(\d{1,3}),p=(\d{1,3}):([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{43})$/;

/** What comes of comparing a password with what is stored. */
export interface PasswordCheck {
  readonly matches: boolean;
  /** It matches, and is stored as an earlier release did or with less work than today's: store `hashPassword` of it. */
  readonly needsRehash: boolean;
}

const NO_MATCH: PasswordCheck = { matches: false, needsRehash: false };

/**
 * What a password is stored as: scrypt with a salt of its own, the parameters in the text. It takes about a quarter of a
 * second, beside the event loop.
 *
 * @returns `scrypt:N=32768,r=8,p=3:SALT:HASH`, salt and hash in base64url
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, WORK);
  const { N, r, p } = WORK;
  return `${PREFIX}N=${N},r=${r},p=${p}:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

/** Whether a text is a password's hash by its beginning, be it damaged or not. */
export function isHashedPassword(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * Compares a password with what a row holds, in a time that does not tell how much of it is right. Rows of earlier
 * releases hold the text itself. An empty text and a damaged hash match nothing.
 */
export async function verifyPassword(password: string, stored: string): Promise<PasswordCheck> {
  if (!isHashedPassword(stored)) {
    const matches = stored !== '' && timingSafeEqual(digest(password), digest(stored));
    return { matches, needsRehash: matches };
  }
  const parsed = parse(stored);
  if (parsed === undefined) return NO_MATCH;
  const { work, salt, hash } = parsed;
  if (!timingSafeEqual(await derive(password, salt, work), hash)) return NO_MATCH;
  return { matches: true, needsRehash: memoryOf(work) < memoryOf(WORK) || blocksOf(work) < blocksOf(WORK) };
}

function parse(stored: string): { work: Work; salt: Buffer; hash: Buffer } | undefined {
  const [, N, r, p, salt, hash] = HASHED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const work = { N: Number(N), r: Number(r), p: Number(p) };
  const isWork = work.N > 1 && Number.isInteger(Math.log2(work.N)) && work.r > 0 && work.p > 0;
  if (!isWork || memoryOf(work) > MAX_MEMORY || blocksOf(work) > MAX_BLOCKS) return undefined;
  return { work, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

function memoryOf({ N, r }: Work): number {
  return 128 * N * r;
}

function blocksOf({ N, r, p }: Work): number {
  return N * r * p;
}

function derive(password: string, salt: Buffer, work: Work): Promise<Buffer> {
  // Node counts a little more than the algorithm's table against maxmem.
  const options = { ...work, maxmem: 2 * MAX_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
