import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { type OwnMoto, ownBucket, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { beforeAll, test } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';
import { FaultProxy } from '../kit/faults/proxy.ts';
import { SettingsAws } from '../kit/settings-aws.ts';
import { Operator } from '../pages/operator.ts';
import { ExportingDynamoDb } from './exporting-dynamodb.ts';
import { OnDemandAws } from './on-demand-aws.ts';
import { PitrAws } from './pitr-aws.ts';
import { blocksOf } from './runbook.ts';

/*
 * Runs docs/how-to/recover.md as it stands. moto has tables, recovery, backups and S3; what it leaves out (windows, the time that
 * is asked for, SYSTEM backups, the manifests of exports, some settings) is the proxy's, in AWS's documented form. moto
 * recovers a table as it is now, so that each situation's damage is done after that where it has to be seen.
 */

const DAY = 86_400;
const nowInSeconds = Math.floor(Date.now() / 1000);
export const TWO_HOURS_AGO = new Date((nowInSeconds - 7200) * 1000).toISOString();

/** In how many seconds since 1970 it is so many days later. */
export function daysLater(days: number): number {
  return nowInSeconds + days * DAY;
}

/** What a situation's test works with. */
export interface Situation {
  readonly moto: OwnMoto;
  readonly operator: Operator;
  readonly onDemand: OnDemandAws;
}

/** A deployment `prod` with a few sample records. */
export async function makeDeployment(moto: OwnMoto): Promise<void> {
  await cumulusApiResults(['tables', 'create', '--prefix', 'prod'], moto);
  await putSampleRecords(moto.client, 'prod', 5);
}

/** What a situation has made beside it. */
async function deleteOthers(moto: OwnMoto, deployment: ReadonlySet<string>): Promise<void> {
  for (const TableName of await moto.tables()) {
    if (!deployment.has(TableName)) await moto.client.send(new DeleteTableCommand({ TableName }));
  }
}

/** Works with an operator whose requests go by the proxy. */
export async function atOperator(moto: OwnMoto, work: (situation: Situation) => Promise<void>): Promise<void> {
  const onDemand = new OnDemandAws();
  const pitr = new PitrAws({ earliest: daysLater(-30), latest: nowInSeconds - 300 });
  const exporting = new ExportingDynamoDb(moto);
  const settings = new SettingsAws();
  const faults = [...pitr.faults, ...onDemand.faults, exporting.fault, ...settings.faults];
  const proxy = await FaultProxy.start(faults, moto.endpoint);
  const environment = { ...moto.environment, ...proxy.environment };
  await work({ moto, operator: await Operator.at(moto.folder, environment), onDemand }).finally(() => proxy.stop());
}

/**
 * The situations that a test file runs, with the blocks of the runbook under its heading. All are in one deployment, which each of them leaves as
 * it was.
 */
export function describeSituations<Heading extends string>(
  situations: Readonly<Record<Heading, (blocks: readonly string[], situation: Situation) => Promise<void>>>,
): void {
  const moto = ownMoto();
  ownBucket(moto, 'archive-elsewhere');
  let deployment: ReadonlySet<string>;

  beforeAll(async () => {
    await makeDeployment(moto);
    deployment = new Set(await moto.tables());
  });

  test.each(Object.keys(situations) as Heading[])(
    '%s: is as docs/how-to/recover.md says',
    async (heading) => {
      await atOperator(moto, (situation) => situations[heading](blocksOf(heading), situation));
      await deleteOthers(moto, deployment);
    },
    600_000,
  );
}

/** Runs all blocks, with nothing to be put in but a time. */
export async function runAll(blocks: readonly string[], { operator }: Situation): Promise<string> {
  let said = '';
  for (const block of blocks) said += await operator.run(block, { known: { AT: TWO_HOURS_AGO } });
  return said;
}
