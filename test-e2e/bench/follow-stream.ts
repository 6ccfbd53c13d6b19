// Archives what is in a table's stream, without a base. Its arguments are the table and the archive; it prints the time
// from its beginning to the last segment.
import { followTable } from '@cumulus/dynamodb/archive';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';

const [table = '', archive = ''] = process.argv.slice(2);
const client = createClient();
const streams = createStreamsClient();
const startedAt = performance.now();
let writtenAt = startedAt;
const { changes, bytes } = await followTable({
  // The table counts as too large for a base. Where nothing is left, it is not waited for more.
  ...{ client, streams, table, archive, once: true, maxBaseBytes: 0, pollInterval: 1 },
  onEvent: ({ kind }) => {
    if (kind === 'segment') writtenAt = performance.now();
  },
});
client.destroy();
streams.destroy();
process.stdout.write(JSON.stringify({ changes, bytes, seconds: (writtenAt - startedAt) / 1000 }));
