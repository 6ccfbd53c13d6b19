// A follower in a process of its own, which tests kill: node follower.mjs ENDPOINT OPTIONS
import { followTable } from '@cumulus/dynamodb/archive';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';

const [, , endpoint, options] = process.argv;
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await followTable({
  client: createClient({ endpoint }),
  streams: createStreamsClient({ endpoint }),
  abortSignal: stop.signal,
  ...JSON.parse(options),
});
