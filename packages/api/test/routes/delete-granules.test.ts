import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { recordMessage } from '@cumulus/models/recording';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';

onDynamoDBLocal('deleting a granule', () => {
  const api = new OwnApi();

  /** Records what a run reports one granule. */
  async function run(granuleId: string, start: number, status: 'running' | 'completed' | 'failed', more: object = {}) {
    const message = parseMessage({
      cumulus_meta: {
        execution_name: `execution-${start}`,
        state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
        workflow_start_time: start,
      },
      meta: { status, collection: { name: 'MOD09GQ', version: '006' } },
      payload: { granules: [{ granuleId, files: [], ...more }] },
      exception: status === 'failed' ? { Error: 'Broken' } : 'None',
    });
    await recordMessage(api.services.target, recordsOfMessage(message, { time: start + 1 }));
  }

  describe.each(['running', 'failed'] as const)('that is published and %s a second time', (status) => {
    test('is refused, and its files and its link to CMR are answered as before', async () => {
      const id = `twice-${status}`;
      const files = [{ bucket: 'archive', key: `${id}.hdf`, fileName: `${id}.hdf`, size: 5 }];
      await run(id, 1_000, 'completed', { published: true, cmrLink: 'https://cmr/C1', files });
      await run(id, 2_000, 'running', { files: [{ bucket: 'staging', key: 'f' }] });
      if (status === 'failed') await run(id, 2_000, 'failed');
      expect(await api.ask(`DELETE /granules/${id}`)).toMatchObject({
        status: 400,
        body: { message: 'You cannot delete a granule that is published to CMR. Remove it from CMR first' },
      });
      const { body } = await api.ask(`GET /granules/${id}`);
      expect(body).toMatchObject({ status, published: true, cmrLink: 'https://cmr/C1', files, createdAt: 2_000 });
      expect(body).not.toHaveProperty('lastingRun');
      expect((await api.ask(`GET /granules?granuleId=${id}`)).body.results).toEqual([body]);
    });
  });

  test('is done where the last completed run says that it is not published', async () => {
    await run('withdrawn', 1_000, 'completed', { published: true });
    await run('withdrawn', 2_000, 'completed');
    await run('withdrawn', 3_000, 'failed', { published: true });
    expect(await api.ask('DELETE /granules/withdrawn')).toMatchObject({ status: 200 });
    expect((await api.ask('GET /granules/withdrawn')).status).toBe(404);
  });
});
