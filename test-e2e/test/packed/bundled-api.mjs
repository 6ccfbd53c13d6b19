import { run } from '@cumulus/api';
import { recordExecutionEvents } from '@cumulus/api/events';
import { startScheduled } from '@cumulus/api/rule-functions';

// A user's program, which is bundled: functions of AWS Lambda, and the command.
process.stdout.write(`${typeof recordExecutionEvents} ${typeof startScheduled} `);
run(['--version']).then((status) => {
  process.exitCode = status;
});
