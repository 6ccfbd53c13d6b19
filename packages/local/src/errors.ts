/** One kind of server can't be had on this machine; the message is a few words that say why: `no Java`. */
export class KindUnavailableError extends Error {
  override readonly name = 'KindUnavailableError';
}

/** None of the kinds asked for can be had on this machine. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';

  /** Why not, one for each kind that was tried. */
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`No DynamoDB could be started on this machine: ${reasons.join('; ')}. Install Java 17 or newer.`);
    this.reasons = reasons;
  }
}

/** There is no moto on this machine that runs. */
export class MotoUnavailableError extends Error {
  override readonly name = 'MotoUnavailableError';

  constructor(reason: string) {
    super(
      `moto_server does not run: ${reason}. Install it into a virtual environment with \`pip install 'moto[server]'\`, ` +
        "and put that environment's bin on the PATH.",
    );
  }
}
