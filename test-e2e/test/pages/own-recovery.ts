import type { OwnMoto } from '@cumulus/test-kit';
import { afterAll } from '@jest/globals';
import { FaultProxy } from '../kit/faults/proxy.ts';
import { SettingsAws } from '../kit/settings-aws.ts';
import { ExportingDynamoDb } from '../recovery/exporting-dynamodb.ts';
import { OnDemandAws } from '../recovery/on-demand-aws.ts';
import { PitrAws } from '../recovery/pitr-aws.ts';

const DAY = 86_400;
const nowInSeconds = Math.floor(Date.now() / 1000);

export const TWO_HOURS_AGO = new Date((nowInSeconds - 7200) * 1000).toISOString();

/** In how many seconds since 1970 it is so many days later. */
export function daysLater(days: number): number {
  return nowInSeconds + days * DAY;
}

/** An AWS in which tables can be recovered. */
export interface OwnRecovery {
  readonly onDemand: OnDemandAws;
  /** Lets tables be recovered until now; until five minutes before the test file began unless this is called. */
  reachUntilNow(tables: readonly string[]): void;
  /** Starts it, before the first command. @returns the environment of the commands */
  start(): Promise<NodeJS.ProcessEnv>;
}

/**
 * moto, and before it what moto leaves out, in AWS's documented form: windows, the time that is asked for, SYSTEM backups, the manifests of
 * exports, some settings. moto recovers a table as it is now, so what damages a table has to come after its recovery.
 */
export function ownRecovery(moto: OwnMoto): OwnRecovery {
  const onDemand = new OnDemandAws();
  const pitr = new PitrAws({ earliest: daysLater(-30), latest: nowInSeconds - 300 });
  let proxy: FaultProxy | undefined;
  afterAll(() => proxy?.stop());
  return {
    onDemand,
    reachUntilNow: (tables) => {
      const latest = Math.floor(Date.now() / 1000);
      for (const table of tables) pitr.setWindow(table, { earliest: daysLater(-30), latest });
    },
    start: async () => {
      const settings = new SettingsAws();
      const exporting = new ExportingDynamoDb(moto);
      const faults = [...pitr.faults, ...onDemand.faults, exporting.fault, ...settings.faults];
      proxy = await FaultProxy.start(faults, moto.endpoint);
      return { ...moto.environment, ...proxy.environment };
    },
  };
}
