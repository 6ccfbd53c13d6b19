// The floor of a restore: bodies that are ready before the clock starts, sent by plain HTTP. Its arguments are table,
// items, concurrency, and `capacity` if the batches are to ask for the capacity that they take; it prints what of its time
// was the preparation.
import { granuleBatches, writeBatches } from './granule-batches.ts';
import { RawDynamoDB } from './raw-dynamodb.ts';

const [table = '', items = '0', concurrency = '1', asked] = process.argv.slice(2);
const preparedFrom = { time: performance.now(), cpu: process.cpuUsage() };
const batches = [...granuleBatches(table, Number(items), { returnsCapacity: asked === 'capacity' })];
const startedAt = performance.now();
const { user, system } = process.cpuUsage(preparedFrom.cpu);
const dynamodb = new RawDynamoDB(Number(concurrency));
await writeBatches(dynamodb, batches.values(), Number(concurrency));
const writing = performance.now() - startedAt;
dynamodb.close();
process.stdout.write(
  JSON.stringify({
    preparationSeconds: (startedAt - preparedFrom.time) / 1000,
    preparationCpuSeconds: (user + system) / 1e6,
    writingSeconds: writing / 1000,
  }),
);
