/** The command that stands before the one it is about. */
export const HELP = 'help';

/** The options that ask for help, beside the options that are declared. */
export const HELP_OPTIONS: readonly string[] = ['--help', '-h'];

/** The option that asks for the version. */
export const VERSION_OPTION = '--version';
