import { describe, expect, test } from '@jest/globals';
import {
  exportName,
  followName,
  parseArchiveName,
  parseExportName,
  reachName,
  segmentName,
  shardsName,
} from '../../../src/archive/format/names.ts';
import { belongsToBackup, isDataFile } from '../../../src/backup/format/file-names.ts';

const place = {
  table: 'prod-GranulesTable.old',
  label: '2026-11-29T20:32:00.123',
  shard: 'shardId-00000001764449520123-0f1e2d3c',
};

describe('names of files of an archive', () => {
  test('say what is in them', () => {
    const stream = '20261129T203200123';
    const { table, shard } = place;
    expect(segmentName(place, 12)).toBe(`${table}.${stream}.${shard}.000000012.changes.gz`);
    expect(parseArchiveName(segmentName(place, 12))).toEqual({ kind: 'segment', table, stream, shard, number: 12 });
    expect(parseArchiveName(reachName(place))).toEqual({ kind: 'reach', table, stream, shard });
    expect(parseArchiveName(shardsName(place))).toEqual({ kind: 'shards', table, stream });
    const exported = exportName({ table, tableId: '12345a12-abcd-123a-ab12-1234abc12345' }, 7);
    expect(exported).toBe(`${table}.12345a12abcd123aab121234abc12345.exports.000000007.json`);
    expect(parseExportName(exported)).toEqual({ table, chain: '12345a12abcd123aab121234abc12345', number: 7 });
    expect(parseArchiveName(exported)).toBeUndefined();
    // By the label in names as by the one that DynamoDB gives.
    expect(segmentName({ ...place, label: stream }, 12)).toBe(segmentName(place, 12));
  });

  test('are taken for no backups, nor for files of others', () => {
    const leases = ['.lock', '.lock.0a1b2c3d4e5f'].map((end) => followName(place) + end);
    const exported = exportName({ table: place.table, tableId: '1-2' }, 1);
    for (const name of [segmentName(place, 1), reachName(place), shardsName(place), exported, ...leases]) {
      expect([name, isDataFile(name), belongsToBackup(name)]).toEqual([name, false, true]);
    }
  });

  test('are not those of backups', () => {
    for (const name of [
      'T.json.gz',
      'T.20261129T203200Z.json.gz',
      'T.20261129T203200Z.json.gz.manifest.json',
      'T.proofs.json',
    ]) {
      expect([name, parseArchiveName(name)]).toEqual([name, undefined]);
    }
  });
});
