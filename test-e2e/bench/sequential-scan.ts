// A scan as the SDK's documentation shows it: page after page, each parsed, nothing done with the items. Its argument is
// the table.
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';

const client = createClient();
let items = 0;
for await (const page of paginateScan({ client }, { TableName: process.argv[2] })) items += page.Items?.length ?? 0;
client.destroy();
process.stdout.write(JSON.stringify({ items }));
