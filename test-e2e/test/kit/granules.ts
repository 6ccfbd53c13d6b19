import type { Item } from '@cumulus/test-kit/tables';

/** Records like granules, about 1 KB each; the same number gives the same record. */
export function granules(count: number, first = 0): Item[] {
  return Array.from({ length: count }, (_, index) => granule(first + index));
}

function granule(number: number): Item {
  return {
    granuleId: { S: `MOD09GQ.A${String(number).padStart(7, '0')}` },
    collectionId: { S: `MOD09GQ___${number % 7}` },
    status: { S: ['completed', 'failed', 'running'][number % 3] ?? '' },
    published: { BOOL: number % 2 === 0 },
    createdAt: { N: String(1_700_000_000_000 + number) },
    updatedAt: { N: String(1_700_000_100_000 + number) },
    files: {
      L: Array.from({ length: 4 }, (_, file) => ({
        M: {
          bucket: { S: 'protected' },
          key: { S: `MOD09GQ___006/2017/MOD/MOD09GQ.A${number}.${file}.hdf` },
          size: { N: String(number * 1_000 + file) },
          checksum: { S: String(number * 7 + file).repeat(12) },
        },
      })),
    },
  };
}
