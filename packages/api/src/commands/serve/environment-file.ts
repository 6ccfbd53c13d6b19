import { readFile, writeFile } from 'node:fs/promises';
import { UsageError } from '@cumulus/cli';

const FIRST_LINE =
  '# By cumulus-api serve --local: commands of a shell that reads this ask the DynamoDB that it started.';

/** Removes every setting of AWS that the shell has, whatever its name: a profile or a key of a real deployment, for instance. */
const UNSET = `for name in $(env | sed -n 's/^\\(AWS_[A-Z0-9_]*\\)=.*/\\1/p' | grep -v '^AWS_SDK_JS_'); do unset "$name"; done`;

/** Checks that a file can be written without loss: that it does not exist, or that an earlier run left it. @throws UsageError */
export async function checkEnvironmentFile(file: string): Promise<void> {
  const [existing] = await readFile(file, 'utf8').then(
    (content) => content.split('\n'),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [FIRST_LINE];
      throw new UsageError(`--write-env cannot write ${file}: ${error.message}`);
    },
  );
  if (existing !== FIRST_LINE)
    throw new UsageError(
      `--write-env would replace ${file}, which is not such a file; choose a name that does not exist`,
    );
}

/** Writes environment variables as a file for `source` in a POSIX shell. Its reader has these settings of AWS and no other. */
export async function writeEnvironmentFile(file: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const lines = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}=${value}`],
  );
  await writeFile(file, `${[FIRST_LINE, UNSET, ...lines].join('\n')}\n`, { mode: 0o600 });
}
