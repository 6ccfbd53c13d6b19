import type { Schema } from '../http/openapi.ts';
import { NUMBER, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';

const TIME: Schema = { type: 'string', description: 'ISO 8601, in UTC.' };
const YES: Schema = { type: 'boolean' };

function orNull({ type, ...schema }: Schema): Schema {
  return { ...schema, type: [type, 'null'] };
}

function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** A fact, or why it is not known. */
function known(value: Schema): Schema {
  return {
    anyOf: [
      objectOf({ known: { type: 'boolean', const: true }, value }),
      objectOf({ known: { type: 'boolean', const: false }, because: TEXT }),
    ],
  };
}

const VERDICT = oneOf('protected', 'warning', 'unprotected');

const FINDINGS = listOf(
  objectOf(
    {
      code: { ...TEXT, description: 'Stable, such as `PITR_OFF`.' },
      level: oneOf('failure', 'warning'),
      message: TEXT,
      fix: { ...TEXT, description: 'The command that mends it; absent where none does.' },
    },
    ['fix'],
  ),
);

const BACKUP = orNull(
  objectOf({
    file: TEXT,
    startedAt: TIME,
    endedAt: TIME,
    items: WHOLE,
    bytes: WHOLE,
    proofs: listOf(objectOf({ how: oneOf('file', 'table', 'rehearsal'), at: TIME, table: orNull(TEXT) })),
  }),
);

const TABLE = objectOf({
  table: { ...TEXT, description: 'The physical name.' },
  name: { ...TEXT, description: 'The name in Cumulus.' },
  exists: { ...orNull(YES), description: 'Null if it is not known.' },
  createdAt: { ...orNull(TIME), description: 'When DynamoDB created the table.' },
  verdict: VERDICT,
  findings: FINDINGS,
  items: { ...orNull(WHOLE), description: 'DynamoDB’s estimate.' },
  bytes: { ...orNull(WHOLE), description: 'DynamoDB’s estimate.' },
  pointInTime: known(objectOf({ enabled: YES, earliest: orNull(TIME), latest: orNull(TIME), days: orNull(WHOLE) })),
  deletionProtection: known(YES),
  encryption: known(objectOf({ type: oneOf('AWS_OWNED', 'KMS'), key: orNull(TEXT), status: orNull(TEXT) })),
  stream: known(orNull(objectOf({ viewType: TEXT }))),
  onDemand: known(orNull(objectOf({ arn: TEXT, name: TEXT, createdAt: TIME, status: TEXT, type: TEXT }))),
  backup: known(BACKUP),
  provedBackup: known(BACKUP),
  otherTableBackups: listOf(objectOf({ file: TEXT, startedAt: TIME })),
  backupProblems: listOf(objectOf({ file: TEXT, problem: TEXT })),
  export: known(orNull(objectOf({ arn: TEXT, at: TIME, status: TEXT, to: TEXT }))),
  archive: known(
    orNull(
      objectOf({
        restorable: listOf(objectOf({ from: TIME, to: TIME })),
        points: listOf(TIME),
        latest: orNull(TIME),
        gaps: listOf(objectOf({ from: TIME, until: TIME })),
        damage: orNull(TEXT),
      }),
    ),
  ),
  restorable: {
    ...listOf(
      objectOf({
        by: oneOf('point-in-time', 'archive', 'on-demand', 'backup', 'export'),
        from: TIME,
        to: TIME,
        proved: orNull(YES),
      }),
    ),
    description: 'The times that the table can go back to.',
  },
});

/** The report of protection, as `status --json` has it too. */
export const PROTECTION_REPORT: Schema = objectOf({
  format: { type: 'string', const: 'cumulus-protection' },
  formatVersion: { type: 'integer', const: 1 },
  at: { ...TIME, description: 'When the facts were gathered.' },
  prefix: TEXT,
  region: TEXT,
  backups: {
    ...orNull(TEXT),
    description: 'Where backup files were looked for; null if the deployment names no place.',
  },
  archive: {
    ...orNull(TEXT),
    description: 'The archive of every change that was looked at; null if none was.',
  },
  policy: { type: 'object', description: 'What must hold, as it was applied.' },
  verdict: VERDICT,
  findings: FINDINGS,
  tables: listOf(TABLE),
  rehearsal: orNull(
    objectOf({
      at: TIME,
      from: oneOf('backup', 'pitr', 'on-demand', 'archive'),
      tables: WHOLE,
      proved: WHOLE,
      seconds: NUMBER,
      outcome: oneOf('proved', 'restored', 'failed'),
      file: TEXT,
    }),
  ),
});
