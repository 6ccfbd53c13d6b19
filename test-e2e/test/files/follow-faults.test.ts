import { randomBytes } from 'node:crypto';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { listArchive, verifyArchive } from '@cumulus/dynamodb/archive';
import { describeUnless, whyNoDynamoDBLocal } from '@cumulus/test-kit';
import { client, ownTables, putAll } from '@cumulus/test-kit/tables';
import { afterEach, expect, test } from '@jest/globals';
import { host } from '../kit/command.ts';
import { granules } from '../kit/granules.ts';
import { Mount, whyNoMounts } from '../kit/mounts.ts';

const tables = ownTables();

/** More than fits onto the disk, also compressed. */
const LARGE = 300;

describeUnless(whyNoDynamoDBLocal() ?? whyNoMounts(), 'archive follow on a file system of its own', () => {
  let disk: Mount | undefined;
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  test('outlasts a full disk, and has every change once there is space again', async () => {
    disk = Mount.tmpfs('200k');
    const { folder } = disk;
    const table = await tables.create(granules(1));
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
    await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
    const following = await host(['archive', 'follow', '--table', table, '--to', folder, '--settle', '1s']);
    await following.until('stdout', (text) => text.includes('base made'));
    const noise = (): string => randomBytes(1_000).toString('hex');
    await putAll(
      table,
      granules(LARGE, 1).map((item) => ({ ...item, noise: { S: noise() } })),
    );
    await following.until('stderr', (text) => text.includes('ENOSPC'));
    disk.remount('size=16m');
    await following.until('stdout', (text) => text.includes(`${table}: resumed`));
    await following.kill('SIGTERM');
    const { code, stderr } = await following.ended;
    expect({ code, warnings: stderr.split('WARNING').length - 1 }).toEqual({ code: 0, warnings: 1 });
    const [summary] = await listArchive(folder);
    expect(summary).toMatchObject({ changes: LARGE });
    expect(await verifyArchive(folder)).toMatchObject([{ isWhole: true }]);
  });
});
