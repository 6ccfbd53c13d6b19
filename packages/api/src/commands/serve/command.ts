import { type Command, defineCommand } from '@cumulus/cli';
import type { LocalServers } from './local-servers.ts';
import { alternatives, check, options } from './options.ts';

/** @param servers the servers behind `--local`; a DynamoDB that it starts unless given */
export const serve = (servers?: LocalServers): Command =>
  defineCommand({
    name: 'serve',
    describe: 'Serve the HTTP API until you stop it',
    options,
    check,
    alternatives,
    examples: [
      '# Try the API: its address and a token are printed',
      'cumulus-api serve --local',
      '# Read a deployment from this machine, without a login',
      'cumulus-api serve --prefix prod --no-auth',
    ],
    fields: ['table', 'state', 'url', 'token', 'missing'],
    load: async () => {
      const { runServe } = await import('./run.ts');
      return (chosen, context) => runServe(chosen, context, servers);
    },
  });
