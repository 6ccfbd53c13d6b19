import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resultOf } from '@cumulus/test-kit/command';
import type { Ended } from '../test/kit/command.ts';
import { type Fault, FaultProxy } from '../test/kit/faults/proxy.ts';
import { numberBetween, type Random, seededRandom } from '../test/kit/faults/random.ts';
import { Mount } from '../test/kit/mounts.ts';
import type { Demands, FaultKind, FaultPlace, PlannedFault, Story } from './fault-kind.ts';
import { LiveTable } from './live-table.ts';
import { inputOf, MILD_KINDS } from './network-kinds.ts';
import { type Content, pick, randomContent, randomShape, type TableShape } from './random-table.ts';
import type { Runner, RunnerOptions, Running } from './runner.ts';

/** What a promise that was broken is about. */
export type Breach = 'lost' | 'altered' | 'claimed' | 'wedged' | 'crashed';

export interface Violation {
  readonly run: number;
  readonly breach: Breach;
  readonly what: string;
  /** The commands of the run so far, and how they ended. */
  readonly commands: readonly string[];
}

/** What came of a run. */
export interface RunResult {
  readonly story: Story;
  readonly commands: number;
  /** The names of the faults that struck, once for each command. */
  readonly struck: readonly string[];
  /** Those that were prepared and did not strike. */
  readonly missed: readonly string[];
  readonly violations: readonly Violation[];
}

export interface RunOptions {
  readonly seed: number;
  readonly number: number;
  readonly kind: FaultKind;
  readonly story: Story;
  readonly runner: Runner;
  /** How long a command may take, in seconds. */
  readonly seconds: number;
}

const TABLE_WORDS =
  /^(?:BatchWriteItem|PutItem|UpdateItem|DeleteItem|DeleteTable|UpdateTable|TransactWriteItems|CreateTable)$/;

/** How the disturbed command ended. */
export interface Disturbed {
  readonly ended: Ended;
  /** Those of the same command, started a second time. */
  readonly other: Ended | undefined;
  readonly faults: readonly PlannedFault[];
  /** What the faults that struck demand. */
  readonly demands: Demands;
}

/** One run: random tables, one command under random faults, and what is to be done after it. */
export class Run {
  readonly random: Random;
  readonly kind: FaultKind;
  readonly shape: TableShape;
  readonly content: Content;
  readonly gzip: boolean;
  readonly source: LiveTable;
  readonly target: LiveTable;
  readonly #options: RunOptions;
  readonly #commands: string[] = [];
  readonly #violations: Violation[] = [];
  readonly #struck: string[] = [];
  readonly #missed: string[] = [];
  #folder = '';
  #disk: Mount | undefined;
  #process: Running['process'] | undefined;

  constructor(options: RunOptions) {
    const { seed, number, kind } = options;
    this.#options = options;
    this.kind = kind;
    this.random = seededRandom(seed * 10_007 + number);
    this.shape = { ...randomShape(this.random), ...kind.needs?.shape };
    const content = randomContent(this.random);
    this.content =
      kind.needs?.content ?? (kind.needs?.pages && content.items < 60 ? { ...content, items: 60 } : content);
    const gzip = this.random() < 0.4;
    this.gzip = kind.needs?.gzip ?? gzip;
    const prefix = `campaign-${process.pid}-${seed}-${number}`;
    this.source = new LiveTable(`${prefix}-source`, this.shape);
    this.target = new LiveTable(`${prefix}-target`, this.shape);
  }

  get directory(): string {
    return join(this.#disk?.folder ?? this.#folder, 'backups');
  }

  get dataFile(): string {
    return join(this.directory, `${this.source.name}.json${this.gzip ? '.gz' : ''}`);
  }

  get manifestFile(): string {
    return `${this.dataFile}.manifest.json`;
  }

  /** @param work what the run does; see the files named after the stories */
  async run(work: (run: Run) => Promise<void>): Promise<RunResult> {
    const { story, number } = this.#options;
    this.#folder = await mkdtemp(join(tmpdir(), 'cumulus-campaign-'));
    try {
      if (this.kind.needs?.disk !== undefined) this.#disk = Mount.tmpfs(this.kind.needs.disk);
      await mkdir(this.directory, { recursive: true });
      await work(this);
    } catch (error) {
      this.violated('crashed', `the campaign itself, or what it asked for, failed: ${describe(error)}`);
    } finally {
      this.#disk?.remove();
      await rm(this.#folder, { recursive: true, force: true });
      await this.source.delete();
      await this.target.delete();
    }
    return {
      story,
      commands: this.#commands.length,
      struck: this.#struck,
      missed: this.#missed,
      violations: this.#violations.map((violation) => ({ ...violation, run: number })),
    };
  }

  violated(breach: Breach, what: string): void {
    this.#violations.push({ run: this.#options.number, breach, what, commands: [...this.#commands] });
  }

  /** Makes room where the disk was full. */
  makeRoom(): void {
    this.#disk?.remount('size=64m');
  }

  /** Runs a command that nothing disturbs. */
  plain(args: readonly string[]): Promise<Ended> {
    return this.#end(args, this.#options.runner([...args, '--json'], {}));
  }

  /** Like {@link plain}; the command has to succeed. */
  async succeeding<T>(args: readonly string[]): Promise<T> {
    const ended = await this.plain(args);
    if (ended.code !== 0) throw new Error(`an undisturbed command failed: ${args.join(' ')}\n${ended.stderr}`);
    return resultOf<T>(ended.stdout);
  }

  /** Runs a command under this run's faults. */
  async disturbed(args: readonly string[], mayWrite: readonly LiveTable[]): Promise<Disturbed> {
    const kinds = [this.kind, ...this.#further()];
    const place: FaultPlace = {
      random: this.random,
      story: this.#options.story,
      source: this.source,
      target: this.target,
      dataFile: this.dataFile,
      scratch: this.#folder,
      command: () => {
        if (!kinds.some(({ needs }) => needs?.signals)) throw new Error(`${this.kind.name} needs signals`);
        return this.#process;
      },
    };
    const faults = kinds.map((kind) => kind.plan(place));
    for (const { before } of faults) await before?.();
    const proxy = await FaultProxy.start([
      this.#watch(mayWrite),
      ...faults.flatMap(({ network }) => network ?? []),
      ...(this.kind.needs?.slow ? [pace(300)] : []),
      ...(this.kind.needs?.pages ? [smallPages(numberBetween(this.random, 3, 9))] : []),
    ]);
    try {
      const options: RunnerOptions = {
        signals: kinds.some(({ needs }) => needs?.signals),
        ...faults.map((fault) => fault.options).find((given) => given !== undefined),
        environment: Object.assign({}, proxy.environment, ...faults.map((fault) => fault.options?.environment)),
      };
      const start = (): Running => this.#options.runner([...args, '--json'], options);
      const running = start();
      this.#process = running.process;
      const twice = faults.some((fault) => fault.twice);
      const [ended, other] = await Promise.all([
        this.#end(args, running),
        twice ? sleep(numberBetween(this.random, 0, 400)).then(() => this.#end(args, start())) : undefined,
      ]);
      for (const [index, fault] of faults.entries()) {
        const name = kinds[index]?.name ?? '';
        // What is done between two commands strikes only there.
        if (fault.between === undefined) (fault.struck(ended) ? this.#struck : this.#missed).push(name);
        try {
          await fault.after?.();
        } catch (error) {
          this.violated('altered', describe(error));
        }
      }
      const demands = Object.assign({}, ...faults.filter((fault) => fault.struck(ended)).map((fault) => fault.demands));
      this.#expectRefusal(ended, demands);
      return { ended, other, faults, demands };
    } finally {
      this.#process = undefined;
      await proxy.stop();
    }
  }

  /** Lets the faults do what they do before the next step. */
  async between({ faults, ended }: Disturbed): Promise<Demands> {
    const [fault] = faults;
    if (fault?.between === undefined) return {};
    await fault.between();
    const struck = fault.struck(ended);
    (struck ? this.#struck : this.#missed).push(this.kind.name);
    return struck ? (fault.demands ?? {}) : {};
  }

  /** Notes that what would have struck between two commands had no occasion to. */
  missedBetween({ faults }: Disturbed): void {
    if (faults[0]?.between !== undefined) this.#missed.push(this.kind.name);
  }

  /**
   * Follows the advice after a failure until the command succeeds, without any fault: the same with `--resume` where it
   * knows that, and then what its error says.
   * @returns undefined if nothing helps, which is noted as a violation
   */
  async recover(args: readonly string[], resumable: boolean): Promise<Ended | undefined> {
    const given = args.filter((arg) => arg !== '--resume');
    const tried: (readonly string[])[] = [resumable ? [...given, '--resume'] : given];
    let ended: Ended | undefined;
    for (let step = 0; step < tried.length && step < 4; step += 1) {
      ended = await this.plain(tried[step] ?? []);
      if (ended.code === 0) return ended;
      const advised = advice(ended.stderr, given);
      if (advised !== undefined && !tried.some((args) => args.join(' ') === advised.join(' '))) tried.push(advised);
    }
    this.violated('wedged', `no advised next step succeeds; the last one says: ${ended?.stderr}`);
    return undefined;
  }

  /** Holds how a command ended against what holds for each. */
  async #end(args: readonly string[], running: Running): Promise<Ended> {
    const seconds = this.kind.needs?.seconds ?? this.#options.seconds;
    const timer = new AbortController();
    const late = sleep(seconds * 1000, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const words = args.join(' ');
    let ended: Ended | 'late';
    try {
      ended = await Promise.race([running.ended, late]);
      if (ended === 'late') ended = await this.#stopLate(words, seconds, running);
    } catch (error) {
      this.violated('crashed', `${words}: ${describe(error)}`);
      ended = { code: 1, signal: null, stdout: '', stderr: describe(error) };
    } finally {
      timer.abort();
    }
    const { code, signal, stderr } = ended;
    this.#commands.push(`${words} → ${code ?? signal}${stderr === '' ? '' : `: ${stderr.trim().slice(0, 600)}`}`);
    if (stderr.includes('(unexpected')) this.violated('crashed', `an error without words for a person: ${stderr}`);
    if (code !== null && code !== 0 && stderr.trim() === '') {
      this.violated('claimed', `exit status ${code} without a word on standard error`);
    }
    if (code !== null && ![0, 1, 130, 143].includes(code)) this.violated('claimed', `exit status ${code}: ${stderr}`);
    return ended;
  }

  async #stopLate(words: string, seconds: number, { process, ended }: Running): Promise<Ended> {
    if (!process.kill('SIGTERM')) {
      this.violated('wedged', `${words} did not end within ${seconds} s`);
      return { code: null, signal: 'SIGKILL', stdout: '', stderr: '' };
    }
    const stopped = await Promise.race([ended.catch(() => undefined), sleep(10_000, 'late' as const)]);
    const how = stopped === 'late' ? 'nor did SIGTERM end it' : 'SIGTERM ended it';
    this.violated('wedged', `${words} did not end within ${seconds} s, ${how}`);
    process.kill('SIGKILL');
    return ended;
  }

  #expectRefusal({ code, stderr }: Ended, { refusal, line }: Demands): void {
    if (refusal === undefined) return;
    if (code === 0) this.violated('claimed', 'it succeeded with a file that cannot be restored');
    if (line !== undefined && !new RegExp(`\\bline ${line}\\b`).test(stderr)) {
      this.violated('claimed', `the error does not name line ${line}: ${stderr}`);
    }
  }

  /** Up to two mild faults more, unless the run is about something that they would hide. */
  #further(): readonly FaultKind[] {
    const { story } = this.#options;
    const { slow, pages, alone } = this.kind.needs ?? {};
    const count = this.random() < 0.7 ? numberBetween(this.random, 1, 2) : 0;
    const possible = MILD_KINDS.filter(({ name, stories }) => name !== this.kind.name && stories.includes(story));
    const chosen = Array.from({ length: count }, () => pick(this.random, possible));
    return slow || pages || alone ? [] : [...new Set(chosen)];
  }

  /** Sees to it that no other table is written to. */
  #watch(mayWrite: readonly LiveTable[]): Fault {
    return async (call, pass) => {
      if (TABLE_WORDS.test(call.action)) {
        const { RequestItems = {}, TableName } = inputOf(call);
        const tables = TableName === undefined ? Object.keys(RequestItems as object) : [String(TableName)];
        for (const table of tables) {
          if (!mayWrite.some(({ name }) => name === table)) {
            this.violated('altered', `${call.action} was sent to ${table}, which is not the target`);
          }
        }
      }
      return pass();
    };
  }
}

/** The command that an error advises, if it is another one. */
function advice(stderr: string, args: readonly string[]): readonly string[] | undefined {
  if (args[0] === 'restore' && stderr.includes('--overwrite') && !args.includes('--skip-existing')) {
    return [...args.filter((arg) => !['--overwrite', '--yes'].includes(arg)), '--overwrite', '--yes'];
  }
  return /without --resume|[Ss]tart a(?:new|gain)|same command|give the/.test(stderr) ? args : undefined;
}

/** Pages of so many items, as DynamoDB may give at any time. */
function smallPages(items: number): Fault {
  return async (call, pass) => {
    if (call.action !== 'Scan') return pass();
    const input = inputOf(call);
    return input['Limit'] === undefined ? pass(Buffer.from(JSON.stringify({ ...input, Limit: items }))) : pass();
  };
}

function pace(milliseconds: number): Fault {
  return async (call, pass) => {
    if (/^(?:Scan|BatchWriteItem)$/.test(call.action)) await sleep(milliseconds);
    return pass();
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
