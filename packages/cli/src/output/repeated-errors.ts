import type { Task } from '../command.ts';
import { number } from './number.ts';

/** Errors of the file system that are of the whole disk. */
const OF_DISK = new Set(['EDQUOT', 'EIO', 'ENOSPC', 'EROFS']);

/** Errors that are of the connection, whatever was being asked. */
const OF_CONNECTION = new Set(['CONNECTION_FAILED', 'CREDENTIALS_REFUSED']);

/** The errors of a run's tasks. What fails for one reason at all tables is said once, with the tables' names. */
export class RepeatedErrors {
  readonly #again = new Map<string, { readonly first: string; readonly others: string[] }>();

  /** Notes an error. @returns whether it is the first of its kind */
  isNew(error: unknown, { table, file }: Pick<Task, 'table' | 'file'>): boolean {
    const name = table ?? file;
    if (name === undefined) return true;
    const kind = kindOf(error, [file ?? '', table ?? '']);
    const known = this.#again.get(kind);
    if (known === undefined) this.#again.set(kind, { first: name, others: [] });
    else known.others.push(name);
    return known === undefined;
  }

  /** What is to be said at the end: for whom an error came again. */
  get lines(): readonly string[] {
    return [...this.#again.values()].flatMap(({ first, others }) =>
      others.length === 0
        ? []
        : [`${number(others.length)} more failed by the same error as ${first}: ${others.join(', ')}`],
    );
  }
}

/** The same for errors that differ in no more than the table or file that they name. */
function kindOf(error: unknown, names: readonly string[]): string {
  const root = rootOf(error);
  const { code = '', cause, message } = Object(root) as NodeJS.ErrnoException;
  if (OF_CONNECTION.has(code)) return code;
  const { code: ofFile = '' } = Object(cause) as NodeJS.ErrnoException;
  if (OF_DISK.has(ofFile)) return ofFile;
  const named = names.filter((name) => name !== '');
  return named.reduce((text, name) => text.replaceAll(name, '…'), `${code}: ${message ?? String(root)}`);
}

/** Why work stopped, where it only says that it did. */
function rootOf(error: unknown): unknown {
  const { code, cause } = Object(error) as NodeJS.ErrnoException;
  return (code === 'STOPPED' || code === 'INTERRUPTED') && cause !== undefined ? rootOf(cause) : error;
}
