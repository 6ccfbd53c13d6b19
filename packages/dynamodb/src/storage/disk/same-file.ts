import { stat } from 'node:fs/promises';

/** Whether two paths name one file that is there, be it by links. A path that cannot be looked at names none. */
export async function isSameFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all(
    [path, other].map((each) => stat(each, { bigint: true }).catch(() => undefined)),
  );
  return one !== undefined && two !== undefined && one.dev === two.dev && one.ino === two.ino;
}
