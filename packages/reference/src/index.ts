export { commandPages } from './commands/command-pages.ts';
export { type CommandLine, describeCommandLine } from './commands/described-commands.ts';
export { manPages } from './man-pages/man-pages.ts';
