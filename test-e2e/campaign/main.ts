// Runs the campaign that docs/explanation/reliability.md describes.
import { parseArgs } from 'node:util';
import { enterEnvironment, serverEnvironment } from '@cumulus/local';
import { startTestDynamoDB } from '@cumulus/test-kit/servers';
import { SEED } from '../test/kit/faults/random.ts';
import { campaign, KINDS } from './campaign.ts';
import { describeViolation, inMarkdown } from './figures.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(SEED) },
    only: { type: 'string' },
    /** Only kinds of faults whose name has this in it. */
    kind: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const [seed, faults, atOnce] = [values.seed, values.faults, values['at-once']].map(wholeNumber) as [
  number,
  number,
  number,
];
const only = values.only === undefined ? undefined : wholeNumber(values.only);

enterEnvironment({ AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
const server = await startTestDynamoDB({ log: say, prefer: ['container', 'jar'] });
enterEnvironment(serverEnvironment(server));
let count = 0;
try {
  const result = await campaign({
    seed,
    faults,
    only,
    atOnce,
    kinds: KINDS.filter(({ name }) => name.includes(values.kind)),
    onRun: (number, kind, { story, struck, violations }) => {
      count += struck.length;
      if (values.verbose || only !== undefined) say(`run ${number}: ${story}, ${kind}; struck: ${struck.join(', ')}`);
      else if (number % 25 === 0) say(`${count} faults in ${number} runs`);
      for (const violation of violations) say(describeViolation(seed, violation));
    },
  });
  process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : inMarkdown(result)}\n`);
  process.exitCode = result.violations.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number`);
  return Number(text);
}
