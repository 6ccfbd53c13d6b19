export { type DescribedStream, findStream, streamOf, type TableStream } from './find-stream.ts';
export { isAfter, type StreamPosition } from './position.ts';
export type { RawItem } from './raw-item.ts';
export type { RawRecord } from './raw-records.ts';
export type { RecordOf, ShardBatch } from './read-shard.ts';
export { type ReadStreamOptions, readStream } from './read-stream.ts';
export { listShards, type Shard } from './shards.ts';
