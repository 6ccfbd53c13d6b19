const PREPARE = 'how-to/prepare.md';
const RECOVER = 'how-to/recover.md';
const MOVE_ACCOUNT = 'how-to/move-account.md';
const COMMAND_LINE = 'how-to/command-line.md';

/** By a command, or by the first word of several. */
const GUIDES: { readonly [name: string]: readonly string[] } = {
  backup: ['how-to/back-up.md', 'how-to/back-up-to-s3.md', 'how-to/script-backups.md', 'how-to/encrypt.md'],
  restore: ['how-to/restore.md', 'how-to/look-into-backups.md', 'how-to/other-tools.md'],
  verify: ['how-to/verify.md'],
  status: ['how-to/see-protection.md'],
  backups: ['how-to/manage-backups.md', 'how-to/look-into-backups.md'],
  archive: ['how-to/archive-changes.md', 'explanation/archive.md'],
  rehearse: ['how-to/rehearse.md'],
  tables: ['how-to/create-tables.md'],
  counts: ['how-to/count-records.md'],
  users: ['how-to/manage-users.md', 'how-to/log-in.md'],
  executions: ['how-to/clean-payloads.md'],
  pitr: ['how-to/protect.md', PREPARE, RECOVER],
  'pitr restore': [RECOVER],
  'on-demand': [PREPARE, RECOVER],
  export: [MOVE_ACCOUNT, RECOVER],
  import: [MOVE_ACCOUNT, RECOVER],
  copy: [RECOVER],
  adopt: [RECOVER],
  serve: ['how-to/serve-the-api.md'],
  collections: ['how-to/s3-and-cmr.md'],
  events: ['how-to/failed-events.md'],
  granules: ['how-to/many-granules.md'],
  logs: ['how-to/read-logs.md'],
  reconcile: ['how-to/reconcile.md'],
  rules: ['how-to/rules.md'],
  completion: [COMMAND_LINE],
  help: [COMMAND_LINE],
};

/** The pages that show how a command is used, by their paths from docs/. */
export function guidesOf(name: string): readonly string[] {
  return GUIDES[name] ?? GUIDES[name.replace(/ .*/, '')] ?? [];
}
