import { setTimeout as sleep } from 'node:timers/promises';
import { granule } from '../scratch.ts';
import type { StreamFront } from './stream-front.ts';

export interface RandomWrites {
  readonly writers: number;
  readonly milliseconds: number;
}

const KEYS_PER_WRITER = 15;

/** Several writers put and delete items of their own, each with a few keys, so that keys change often. */
export async function writeAtRandom(front: StreamFront, { writers, milliseconds }: RandomWrites): Promise<void> {
  const end = Date.now() + milliseconds;
  const write = async (writer: number): Promise<void> => {
    while (Date.now() < end) {
      const number = 1_000 * writer + Math.floor(Math.random() * KEYS_PER_WRITER);
      const item = granule(number, { version: { N: String(front.journal.length) }, writer: { N: String(writer) } });
      const { granuleId } = item as { granuleId: { S: string } };
      const last = front.journal.findLast(({ key }) => key === granuleId.S);
      // A deletion of what is not there is no change.
      if (last?.item !== undefined && Math.random() < 0.3) await front.delete({ granuleId });
      else await front.put(item);
      await sleep(Math.random() * 20);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer + 1)));
}
