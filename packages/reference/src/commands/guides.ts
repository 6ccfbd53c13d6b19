/** A page of docs/ that shows how a command is used. */
export interface Guide {
  /** From docs/. */
  readonly path: string;
  readonly title: string;
}

const BACK_UP: Guide = { path: 'how-to/back-up.md', title: 'Back up' };
const RECOVER: Guide = { path: 'how-to/recover.md', title: 'Recover what is lost or wrong' };
const OTHER_TOOLS: Guide = { path: 'how-to/other-tools.md', title: 'Restore files of other tools' };
const COUNTS: Guide = { path: 'how-to/count-records.md', title: 'Keep counts of records' };
const USERS: Guide = { path: 'how-to/manage-users.md', title: 'Manage users' };
const LOG_IN: Guide = { path: 'how-to/log-in.md', title: 'Log in' };
const PAYLOADS: Guide = { path: 'how-to/clean-payloads.md', title: 'Remove old payloads' };
const SERVE: Guide = { path: 'how-to/serve-the-api.md', title: 'Serve the API' };
const COMMAND_LINE: Guide = { path: 'how-to/command-line.md', title: 'The command line' };
const DEPLOY: Guide = { path: 'how-to/deploy.md', title: 'Deploy' };

/** By the first word of a command. */
const GUIDES: { readonly [word: string]: readonly Guide[] } = {
  backup: [BACK_UP],
  restore: [BACK_UP, OTHER_TOOLS],
  verify: [BACK_UP],
  tables: [DEPLOY],
  counts: [COUNTS],
  users: [USERS, LOG_IN],
  executions: [PAYLOADS],
  pitr: [RECOVER],
  'on-demand': [RECOVER],
  export: [RECOVER, BACK_UP],
  import: [RECOVER, OTHER_TOOLS],
  copy: [RECOVER],
  adopt: [RECOVER],
  serve: [SERVE],
  collections: [{ path: 'how-to/s3-and-cmr.md', title: 'S3 and CMR' }],
  events: [{ path: 'how-to/record-workflows.md', title: 'Record workflows' }],
  granules: [{ path: 'how-to/many-granules.md', title: 'Many granules at once' }],
  logs: [{ path: 'how-to/read-logs.md', title: 'Read and follow logs' }],
  reconcile: [{ path: 'how-to/reconcile.md', title: 'Reconcile' }],
  completion: [COMMAND_LINE],
  help: [COMMAND_LINE],
};

/** The pages that show how a command is used. */
export function guidesOf(name: string): readonly Guide[] {
  return GUIDES[name.replace(/ .*/, '')] ?? [];
}
