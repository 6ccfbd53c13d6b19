const SOURCES: { readonly [from: string]: string } = {
  backup: 'backup files',
  pitr: 'point-in-time recovery',
  'on-demand': 'on-demand backups',
};

/** What a rehearsal restores from, in words. */
export function sourceText(from: string): string {
  return SOURCES[from] ?? from;
}
