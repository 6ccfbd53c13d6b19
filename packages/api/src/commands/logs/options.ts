import {
  alternatives,
  type CommandOptions,
  deploymentPrefix,
  flag,
  orEnvironment,
  sinceTime,
  suggest,
  text,
  UsageError,
  wholeNumber,
} from '@cumulus/cli';
import { LEVEL_NAMES, levelsFrom } from '../../logs/levels.ts';

export const options = {
  prefix: orEnvironment(
    ['stackName'],
    deploymentPrefix({
      defaultDescription: 'stackName of the environment',
      describe: 'The prefix of the deployment',
    }),
  ),
  execution: text({ valueName: 'NAME', describe: 'Only events of the execution with this name or ARN' }),
  since: sinceTime({
    defaultDescription: 'an hour ago',
    describe: 'Show events since: 30m, 1h, 2d, or a time such as 2030-01-31T12:00:00Z',
  }),
  until: sinceTime({ defaultDescription: 'now', describe: 'Show events until; same form as --since' }),
  level: text({
    valueName: 'LEVEL',
    describe: `Only events of this level and more severe ones: ${LEVEL_NAMES.join(', ')}`,
    suggestions: LEVEL_NAMES,
  }),
  search: text({ describe: 'Only events that contain this text' }),
  limit: wholeNumber({ describe: 'Only this many of the newest events' }),
  follow: flag({ describe: 'Keep showing new events, until you stop it' }),
};

export type LogsOptions = CommandOptions<typeof options>;

export const logAlternatives = [['until', 'follow']] as const;

export function check({ prefix, execution, level, since, until, follow }: LogsOptions): void {
  if (prefix === undefined && !process.env['stackName']) throw new UsageError('logs takes --prefix');
  if (level !== undefined && levelsFrom(level) === undefined)
    throw new UsageError(suggest(`--level takes ${alternatives(LEVEL_NAMES)}, not "${level}"`, level, LEVEL_NAMES));
  if (execution?.endsWith(':'))
    throw new UsageError(`--execution takes the name or ARN of an execution, not "${execution}"`);
  if (since !== undefined && since > Date.now()) throw new UsageError('--since is in the future');
  if (until !== undefined && follow) throw new UsageError('--follow has no end, so give no --until');
  if (since !== undefined && until !== undefined && since > until)
    throw new UsageError('--since is a later time than --until');
}
