/** What a command writes with `--json`; docs/reference/json.md describes it. */
export interface JsonRun<Result = unknown> {
  readonly command: string | null;
  readonly dryRun: boolean;
  readonly results: readonly Result[];
  readonly summary: object | null;
  readonly warnings: readonly string[];
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string } | null;
  readonly exitStatus: number;
}

const FIELDS = ['command', 'dryRun', 'results', 'summary', 'warnings', 'error', 'exitStatus'];

/**
 * Reads what a command wrote with `--json`.
 * @throws SyntaxError, TypeError unless it is one object of the one shape
 */
export function parseRun<Result = unknown>(stdout: string): JsonRun<Result> {
  const run = JSON.parse(stdout) as JsonRun<Result>;
  const fields = Object.keys(run);
  if (fields.join() !== FIELDS.join() || !Array.isArray(run.results))
    throw new TypeError(`A run in JSON has the fields ${FIELDS.join(', ')}, not ${fields.join(', ')}.`);
  return run;
}

/** The one result that a command wrote with `--json`. @throws TypeError unless it is one */
export function resultOf<Result = unknown>(stdout: string): Result {
  const { results, error } = parseRun<Result>(stdout);
  const [result] = results;
  if (result === undefined || results.length > 1)
    throw new TypeError(`${results.length} results instead of one: ${error?.message ?? ''}`);
  return result;
}
