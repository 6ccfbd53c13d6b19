// The floor of a backup: a parallel scan of which nothing is read but where the next page starts. Its arguments are
// table, segments, concurrency, and `described` to have the table described before and after, as a backup has to.
import { atOnce, RawDynamoDB } from './raw-dynamodb.ts';

const [table, segments = '1', concurrency = '1', described] = process.argv.slice(2);
const LAST_KEY = '"LastEvaluatedKey":';

/** A key is of strings alone here, so that it ends with the first two braces. */
function lastKey(pieces: readonly Buffer[]): string | undefined {
  const tail = Buffer.concat(pieces.slice(-2)).toString('latin1');
  const start = tail.lastIndexOf(LAST_KEY);
  return start < 0 ? undefined : tail.slice(start + LAST_KEY.length, tail.indexOf('}}', start) + 2);
}

const dynamodb = new RawDynamoDB(Number(concurrency));
const describe = async (): Promise<void> => {
  if (described !== undefined) await dynamodb.call('DescribeTable', JSON.stringify({ TableName: table }));
};
await describe();
let next = 0;
await atOnce(Number(concurrency), async () => {
  while (next < Number(segments)) {
    const scan = `"TableName":${JSON.stringify(table)},"Segment":${next++},"TotalSegments":${segments}`;
    let key: string | undefined;
    do {
      const from: string = key === undefined ? '' : `,"ExclusiveStartKey":${key}`;
      key = lastKey(await dynamodb.call('Scan', `{${scan}${from}}`));
    } while (key !== undefined);
  }
});
await describe();
dynamodb.close();
