import { type ClientOptions, type FoundCredentials, findIdentity, type Identity } from '@cumulus/dynamodb/aws';

export interface CallerOptions {
  readonly where: Pick<ClientOptions, 'region' | 'profile' | 'endpoint'>;
  /** Called with whose credentials they are before the first request is sent; STS is not asked for nothing. */
  readonly onIdentity: ((identity: Identity) => void) | undefined;
  readonly abortSignal: AbortSignal;
}

/** Who asks AWS: known from the first request on. */
export class Caller {
  readonly #options: CallerOptions;
  #found: FoundCredentials | undefined;
  #identity: Promise<Identity> | undefined;
  #announced: Promise<void> | undefined;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** See `ClientOptions`. */
  readonly onCredentials = async (found: FoundCredentials): Promise<void> => {
    this.#found ??= found;
    const { onIdentity } = this.#options;
    if (onIdentity === undefined) return;
    this.#announced ??= this.#find(found).then(onIdentity);
    await this.#announced;
  };

  /** undefined where no credentials were needed yet */
  async identity(): Promise<Identity | undefined> {
    return this.#found === undefined ? undefined : this.#find(this.#found);
  }

  #find(found: FoundCredentials): Promise<Identity> {
    const { where, abortSignal } = this.#options;
    this.#identity ??= findIdentity(found, where, abortSignal);
    return this.#identity;
  }
}
