import { type DescribedBackup, describeBackup } from '@cumulus/dynamodb/backup';
import { describeKey, SCHEMA_SETTINGS } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../../command.ts';
import { describePointers } from '../../../output/describe-pointers.ts';
import { describeScan } from '../../../output/describe-scan.ts';
import { describeNamedSettings, describeUnknownSettings } from '../../../output/describe-settings.ts';
import { backupFields, describeProof, problemsWarning, summaryOf } from '../describe-backup.ts';
import type { ShowOptions } from './options.ts';

export async function runShow({ file }: ShowOptions, { s3 }: Context): Promise<readonly Task[]> {
  return [{ table: null, file, run: async () => [show(await describeBackup(file, s3))] }];
}

function show(backup: DescribedBackup): Outcome {
  const { table, file, said, settings, problems } = backup;
  const { schema, ...source } = said?.table ?? {};
  return {
    result: {
      table,
      ...backupFields(backup),
      resumed: said?.scan.resumed,
      segments: said?.scan.segments,
      consistentRead: said?.scan.consistentRead,
      pointersToS3: said === undefined ? undefined : (said.pointersToS3 ?? 0),
      source: said && { ...source, description: undefined, schema },
      settings: settings?.settings,
      settingsNotKnown: settings?.unknown,
      problems,
    },
    lines: [`${file}: ${summaryOf(backup)}`, ...describeManifest(backup), ...describeProofs(backup)],
    warning: problemsWarning({ problems }),
  };
}

function describeManifest({ file, said, settings }: DescribedBackup): readonly string[] {
  if (said === undefined) return [];
  const { table, scan, createdBy } = said;
  const others = (settings?.settings ?? []).filter(({ setting }) => !SCHEMA_SETTINGS.includes(setting));
  return [
    `  of ${table.arn} in ${table.region}, ${table.billingMode}`,
    describeScan(scan),
    `  by ${createdBy}, in ${scan.segments} segments${scan.consistentRead ? ', strongly consistent' : ''}`,
    `  SHA-256 ${said.file.sha256}, compression ${said.file.compression}`,
    ...(said.encryption === undefined ? [] : [`  encrypted to ${said.encryption.recipients.join(', ')}`]),
    ...describePointers(said.pointersToS3, file),
    `  key ${describeKey(table.schema.key)}`,
    ...table.schema.globalIndexes.map((index) => `  index ${index.name}: ${describeKey(index.key)}`),
    ...(others.length === 0 ? [] : [`  ${describeNamedSettings(others)}`]),
    ...describeUnknownSettings(settings?.unknown ?? [], 'settings not known'),
  ];
}

function describeProofs({ proofs }: DescribedBackup): readonly string[] {
  return proofs.map((proof) => `  ${describeProof(proof)}, by ${proof.createdBy}`);
}
