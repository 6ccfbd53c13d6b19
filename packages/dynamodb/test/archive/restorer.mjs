// A restore in a process of its own, which tests kill: node restorer.mjs OPTIONS
import { restoreAt } from '@cumulus/dynamodb/archive';
import { createClient } from '@cumulus/dynamodb/aws';

const { at, ...options } = JSON.parse(process.argv[2]);
await restoreAt({ client: createClient(), ...options, at: new Date(at) });
