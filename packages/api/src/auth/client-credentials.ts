/** Sends a request with a header `Authorization`, as often as it takes. */
export type Authorized = (authorization: string) => Promise<Response>;

/** Statuses of a provider that does not know the client, or cannot read its credentials. */
const UNREAD: readonly number[] = [400, 401];

/**
 * The credentials of a client, for HTTP Basic. RFC 6749 (section 2.3.1) encodes both parts as a form does; Earthdata Login,
 * among others, compares them as they are. Both read printable ASCII without `%` and `+` alike as it is, so that is sent
 * unencoded. Of other credentials the reading is tried out: first as they are, then encoded.
 */
export class ClientCredentials {
  readonly #readings: readonly string[];
  #preferred = 0;

  constructor(id: string, password: string) {
    const encoded = basic(formEncoded(id), formEncoded(password));
    // A colon would end the id.
    if (id.includes(':')) this.#readings = [encoded];
    else if (isReadAlike(id) && isReadAlike(password)) this.#readings = [basic(id, password)];
    else this.#readings = [basic(id, password), encoded];
  }

  /** Sends a request, and once more in the other reading where the provider did not take the credentials. */
  async send(request: Authorized): Promise<Response> {
    const response = await request(this.#readings[this.#preferred] as string);
    const other = this.#readings.length - 1 - this.#preferred;
    if (other === this.#preferred || this.#readings.length === 1 || !UNREAD.includes(response.status)) return response;
    const second = await request(this.#readings[other] as string);
    if (second.ok) this.#preferred = other;
    const [shown, dropped] = second.ok || response.status === 401 ? [second, response] : [response, second];
    await dropped.body?.cancel();
    return shown;
  }
}

function isReadAlike(text: string): boolean {
  return /^[ -~]*$/.test(text) && !/[%+]/.test(text);
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function basic(id: string, password: string): string {
  return `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
}
