/** A user's name for a terminal: quoted and escaped if it holds anything that is not seen as it is. */
export function showName(userName: string): string {
  return /[\s\p{C}]/u.test(userName) ? JSON.stringify(userName) : userName;
}
