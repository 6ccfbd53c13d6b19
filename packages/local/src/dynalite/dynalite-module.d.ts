/** The part of dynalite that is used here; the package comes without types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Times are in milliseconds; without a `path` the tables are kept in memory. */
  export default function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
}
