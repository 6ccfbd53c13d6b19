const SOURCES: { readonly [from: string]: string } = {
  backup: 'backup files',
  pitr: 'point-in-time recovery',
  'on-demand': 'on-demand backups',
  archive: 'an archive of changes',
};

/** What a rehearsal restores from, in words. */
export function sourceText(from: string): string {
  return SOURCES[from] ?? from;
}
