import { type AddCommand, defineCommand, flag, type GlobalOptions, text, UsageError, wholeNumber } from '@cumulus/cli';
import { isLoopback } from '../settings.ts';
import type { LocalServers } from './local-servers.ts';

export interface ServeOptions extends GlobalOptions {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly prefix: string | undefined;
  readonly local: true | undefined;
  readonly 'no-auth': true | undefined;
}

/** The port that existing clients of a local server know. */
export const DEFAULT_PORT = 5001;

export const DEFAULT_HOST = '127.0.0.1';

/** Options that say where a deployment is, and so have no meaning with one that is started here. */
const WHERE = ['endpoint-url', 'profile', 'region'] as const;

/** @param servers what `--local` serves; a server of its own unless given */
export const serve = (servers?: LocalServers): AddCommand =>
  defineCommand<ServeOptions>({
    name: 'serve',
    usage: 'serve',
    describe: 'Serve the HTTP API until it is interrupted',
    options: (parser) =>
      parser
        .options({
          port: {
            ...wholeNumber('port', 0),
            defaultDescription: String(DEFAULT_PORT),
            describe: 'The port to listen on; 0 for any that is free',
          },
          host: { ...text('host'), defaultDescription: DEFAULT_HOST, describe: 'The address to listen on' },
          prefix: { ...text('prefix'), describe: 'The tables of this prefix (else those that the environment names)' },
          local: { ...flag('local'), describe: 'Start a DynamoDB here, with sample records and a token to use' },
          'no-auth': {
            ...flag('no-auth'),
            describe: 'Serve without login; only on an address of this machine to itself',
          },
        })
        .check(({ port = DEFAULT_PORT, host = DEFAULT_HOST, 'no-auth': noAuth, local, ...options }) => {
          const where = local === true ? WHERE.find((name) => options[name] !== undefined) : undefined;
          if (where !== undefined)
            throw new UsageError(
              `--local starts a DynamoDB of its own on this machine, so --${where} does not go with it; without --local, --prefix serves a deployment`,
            );
          if (port > 65_535) throw new UsageError(`--port takes a number up to 65535, not "${port}"`);
          if (noAuth === true && !isLoopback(host))
            throw new UsageError(
              `--no-auth goes only with an address such as 127.0.0.1, which nobody else reaches, not "${host}"`,
            );
          return true;
        })
        .example('$0 serve --local', 'try the API: its address and a token are printed')
        .example('$0 serve --prefix prod --no-auth', 'read a deployment from this machine, without a login'),
    several: () => false,
    load: async () => {
      const { planServe } = await import('./plan.ts');
      return (options, context) => planServe(options, context, servers);
    },
  });
