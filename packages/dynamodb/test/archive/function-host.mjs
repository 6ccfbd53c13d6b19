// A function in a process of its own, as Lambda runs one, which tests kill: node function-host.mjs ENDPOINT OPTIONS
import { archiveBatch } from '@cumulus/dynamodb/archive';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';

const [, , endpoint, options] = process.argv;
const client = createClient({ endpoint });
const streams = createStreamsClient({ endpoint });
process.on('message', async ({ id, batch }) => {
  try {
    const { missing } = await archiveBatch({ client, streams, ...JSON.parse(options), ...batch });
    process.send({ id, missing: missing ?? null });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
