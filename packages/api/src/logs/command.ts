import { defineCommand, flag, type GlobalOptions, sinceTime, text, UsageError, wholeNumber } from '@cumulus/cli';
import { LEVEL_NAMES, levelsFrom } from './levels.ts';

export interface LogsOptions extends GlobalOptions {
  readonly prefix: string | undefined;
  readonly execution: string | undefined;
  /** In milliseconds since 1970. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly level: string | undefined;
  readonly search: string | undefined;
  readonly limit: number | undefined;
  readonly follow: true | undefined;
}

export const logs = defineCommand<LogsOptions>({
  name: 'logs',
  usage: 'logs',
  describe: 'Show what the functions of a deployment logged, the oldest first, a line for each event',
  options: (parser) =>
    parser
      .options({
        prefix: {
          ...text('prefix'),
          defaultDescription: 'stackName of the environment',
          describe: 'The prefix of the deployment',
        },
        execution: { ...text('execution'), describe: 'Only of the execution with this name or ARN' },
        since: {
          ...sinceTime('since'),
          defaultDescription: 'an hour ago',
          describe: 'From then on: 30m, 1h, 2d, or a time such as 2030-01-31T12:00:00Z',
        },
        until: { ...sinceTime('until'), defaultDescription: 'now', describe: 'Up to then, told like --since' },
        level: { ...text('level'), describe: `Only of this level and graver ones: ${LEVEL_NAMES.join(', ')}` },
        search: { ...text('search'), describe: 'Only what has this text' },
        limit: { ...wholeNumber('limit'), describe: 'Only the newest so many' },
        follow: { ...flag('follow'), describe: 'Go on with what is logged, until it is interrupted' },
      })
      .check(({ prefix, execution, level, since, until, follow }) => {
        if (prefix === undefined && !process.env['stackName']) throw new UsageError('logs takes --prefix');
        if (level !== undefined && levelsFrom(level) === undefined)
          throw new UsageError(`--level takes one of ${LEVEL_NAMES.join(', ')}, not "${level}"`);
        if (execution?.endsWith(':'))
          throw new UsageError(`--execution takes the name or ARN of an execution, not "${execution}"`);
        if (since !== undefined && since > Date.now()) throw new UsageError('--since is in the future');
        if (until !== undefined && follow === true) throw new UsageError('--follow has no end, so give no --until');
        if (since !== undefined && until !== undefined && since > until)
          throw new UsageError('--since is a later time than --until');
        return true;
      })
      .example('$0 logs --prefix prod --since 1h --level error', 'what went wrong in the last hour')
      .example('$0 logs --prefix prod --since 2d --execution 5b2c…', 'all that was logged of an execution')
      .example('$0 logs --prefix prod --follow', ''),
  several: () => false,
  jsonLines: true,
  load: async () => (await import('./plan.ts')).planLogs,
});
