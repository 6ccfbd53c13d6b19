import { scryptSync } from 'node:crypto';

/** Whether a password is the one of a hash, by Node's scrypt and the parameters in the hash. */
export function passwordMatches(password: string, stored: unknown): boolean {
  const [, N, r, p, salt = '', hash] =
    /^scrypt:N=(\d+),r=(\d+),p=(\d+):([\w-]{22}):([\w-]{43})$/.exec(String(stored)) ?? [];
  if (hash === undefined) return false;
  const work = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 27 };
  return scryptSync(password, Buffer.from(salt, 'base64url'), 32, work).toString('base64url') === hash;
}
