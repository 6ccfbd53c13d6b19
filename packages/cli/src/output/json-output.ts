import type { Output } from '../terminal/io.ts';

/** How a run is written as JSON: as one object, or each result as a line of its own. */
export type JsonForm = 'lines' | 'object';

/** What is known of a run from its beginning. */
export interface RunHead {
  /** As it is typed: `pitr restore`; null where the command line names none. */
  readonly command: string | null;
  readonly dryRun: boolean;
}

/** An error in JSON. */
export interface ErrorFields {
  readonly name: string;
  /** As docs/reference/errors.md lists it; null for an error that is a fault of this software. */
  readonly code: string | null;
  readonly message: string;
}

/** What is known of a run at its end. */
export interface RunEnd {
  /** What the results come to, of commands that add them up. */
  readonly summary: object | null;
  readonly warnings: readonly string[];
  /** Why the run as a whole failed; what failed for one result is in that. */
  readonly error: ErrorFields | null;
  readonly exitStatus: number;
}

/** The form of JSON that options ask for; undefined for words. */
export function jsonFormOf(options: { readonly json: boolean; readonly 'json-lines': boolean }): JsonForm | undefined {
  if (options['json-lines']) return 'lines';
  return options.json ? 'object' : undefined;
}

/**
 * An error's fields in JSON.
 * @param advice what is to be said after its message, a sentence each
 */
export function errorFields(error: unknown, advice: readonly string[] = []): ErrorFields {
  const { name = 'Error', code = null, message = String(error) } = Object(error) as Partial<ErrorFields>;
  return { name, code, message: [message, ...advice].join('\n  ') };
}

/**
 * Writes a run as JSON, in the one shape that docs/reference/json.md describes. Results are written when they come, so that their
 * number costs no memory; a run that was killed leaves no whole object.
 */
export class JsonOutput {
  readonly #stdout: Pick<Output, 'write'>;
  readonly #form: JsonForm;
  readonly #head: RunHead;
  #results = 0;

  constructor(stdout: Pick<Output, 'write'>, form: JsonForm, head: RunHead) {
    this.#stdout = stdout;
    this.#form = form;
    this.#head = head;
  }

  /** The text with which a result is written next. @param json the result as JSON, in one line */
  textOf(json: string): string {
    this.#results += 1;
    if (this.#form === 'lines') return `${json}\n`;
    return this.#results === 1 ? `${this.#beginning}\n    ${json}` : `,\n    ${json}`;
  }

  /** Writes the end of the run, after the last result. */
  end(end: RunEnd): void {
    if (this.#form === 'lines') {
      this.#stdout.write(`${JSON.stringify({ ...this.#head, ...end })}\n`);
      return;
    }
    const fields = Object.entries(end).map(([name, value]) => `,\n  "${name}": ${JSON.stringify(value)}`);
    const results = this.#results === 0 ? `${this.#beginning}]` : '\n  ]';
    this.#stdout.write(`${results}${fields.join('')}\n}\n`);
  }

  get #beginning(): string {
    const head = Object.entries(this.#head).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},\n`);
    return `{\n${head.join('')}  "results": [`;
  }
}
