/** What routes are grouped by, in the order of the page. */
export const TAGS = [
  { name: 'Log in', description: 'Get, refresh and revoke tokens.' },
  { name: 'Granules', description: 'List, change and delete granules, one at a time or many at once.' },
  { name: 'Collections', description: 'The kinds of granules: how their files are named, checked and stored.' },
  { name: 'Providers', description: 'The servers that granules come from. Their passwords are never shown.' },
  { name: 'Rules', description: 'What starts a workflow: once, by a schedule, or by messages.' },
  { name: 'Executions', description: 'The runs of workflows, and how they ended.' },
  { name: 'PDRs', description: 'Product delivery records: the lists of granules that a provider delivers.' },
  { name: 'Workflows', description: 'The workflows that the deployment can start.' },
  { name: 'Operations', description: 'Work that takes longer than a request: see how far it is, or stop it.' },
  { name: 'Reconciliation', description: 'Reports that compare the files in S3 and CMR with the records.' },
  { name: 'Statistics', description: 'Counts, histograms and averages of records.' },
  { name: 'Logs', description: 'What the functions and tasks of the deployment logged.' },
  { name: 'Deployment', description: 'The version, the name, the record types and the protection of this deployment.' },
] as const;

const TAG_OF: { readonly [firstPart: string]: (typeof TAGS)[number]['name'] } = {
  token: 'Log in',
  tokenDelete: 'Log in',
  refresh: 'Log in',
  saml: 'Log in',
  granules: 'Granules',
  'granule-csv': 'Granules',
  collections: 'Collections',
  providers: 'Providers',
  rules: 'Rules',
  executions: 'Executions',
  pdrs: 'PDRs',
  workflows: 'Workflows',
  asyncOperations: 'Operations',
  reconciliationReports: 'Reconciliation',
  stats: 'Statistics',
  logs: 'Logs',
};

/** The group of a route, by the first part of its path. */
export function tagOf(path: string): (typeof TAGS)[number]['name'] {
  return TAG_OF[path.split('/')[1] ?? ''] ?? 'Deployment';
}
