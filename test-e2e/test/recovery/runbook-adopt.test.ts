import { describeUnless, ownMoto } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';
import { Operator } from '../pages/operator.ts';
import { whyNoTerraform } from '../terraform/available.ts';
import { Deployment } from '../terraform/deployment.ts';
import { blocksOf } from './runbook.ts';

describeUnless(await whyNoTerraform(), 'the runbook on adopting a recovered table', () => {
  const moto = ownMoto();

  test('is as docs/how-to/recover.md says', async () => {
    const deployment = await Deployment.on(moto, { prefix: 'prod' });
    await deployment.apply();
    const operator = await Operator.at(deployment.folder, { ...deployment.environment, ...moto.environment });
    const restore = ['pitr', 'restore', '--table', 'prod-GranulesTable', '--to', 'prod-GranulesTable-recovered'];
    await cumulusApiResults([...restore, '--latest'], moto);
    const [check = '', adopt = '', after = '', ...others] = blocksOf('Adopt');
    expect(others).toEqual([]);
    const said = await operator.run(check);
    for (const command of adopt.split('\n')) expect(said).toContain(command);
    await operator.run(adopt);
    await operator.run(after);
    const tables = await deployment.output<Record<string, { name: string }>>('dynamo_tables');
    expect(tables['granules']?.name).toBe('prod-GranulesTable-recovered');
    const streams = await deployment.output<Record<string, string>>('dynamo_stream_arns');
    expect(streams['granules']).toContain('table/prod-GranulesTable-recovered/stream/');
    // What was kept of the table before is still to be had.
    const policy = await deployment.output<string>('recovery_policy');
    for (const table of ['prod-GranulesTable', 'prod-GranulesTable-recovered']) {
      expect(policy).toContain(`:table/${table}/*"`);
    }
  }, 600_000);
});
