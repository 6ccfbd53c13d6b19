import { join } from 'node:path';
import { ownFolder } from '@cumulus/test-kit';
import { afterAll } from '@jest/globals';
import { type Served, serveApi } from '../api/served.ts';
import { BUILT_BEFORE } from './built-before.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';

const folder = ownFolder();
let served: Served | undefined;

afterAll(async () => {
  await served?.stop();
});

describePage('docs/tutorial/first-rehearsal.md', {
  operator: () => Operator.at(folder, {}),
  // dynalite takes a while for writes on a busy machine.
  timeout: 180_000,
  folders: () => ({ [`${folder}/`]: '' }),
  notRun: { 'npm ci': BUILT_BEFORE },
  steps: {
    '--write-env': {
      // Without Java, as the page shows it, and at a port that is free.
      run: async ({ text }) => {
        const args = text.replace('local.env', join(folder, 'local.env')).split(' ').slice(2);
        served = await serveApi([...args, '--port', '0'], { PATH: '/nowhere', DOCKER_HOST: 'tcp://127.0.0.1:1' });
        return served.said();
      },
    },
    'sleep 6': {
      // As soon as something is kept, however busy this machine is.
      run: async ({ text }, reader) => {
        const kept = 'rehearsal/local-GranulesTable.json.partial.checkpoint.json';
        return reader.run(text.replace('sleep 6', `until [ -s ${kept} ]; do sleep 0.1; done`));
      },
    },
    '-X DELETE': {
      get known() {
        return { API: String(served?.url) };
      },
    },
    'cumulus-api verify --directory rehearsal --prefix local --quiet': { code: 1 },
  },
});
