/** A body that is a text, which is read once: as a whole, or as a stream. */
export class TextBody {
  /** Those whose streams were asked for. */
  static readonly #ofStreams = new WeakMap<object, TextBody>();

  isUsed = false;
  readonly #text: string;
  #stream: ReadableStream | undefined;

  private constructor(text: string) {
    this.#text = text;
  }

  /**
   * @returns null for no body, undefined for one that is no text
   * @throws TypeError for a stream that somebody has read from
   */
  static of(body: unknown): TextBody | null | undefined {
    if (body === null || body === undefined) return null;
    if (typeof body === 'string') return new TextBody(body);
    const known = TextBody.#ofStreams.get(body);
    known?.requireUnread();
    return known;
  }

  get stream(): ReadableStream {
    if (this.#stream !== undefined) return this.#stream;
    const pull = (controller: ReadableStreamDefaultController): void => {
      if (!this.isUsed && this.#text !== '') controller.enqueue(new TextEncoder().encode(this.#text));
      this.isUsed = true;
      controller.close();
    };
    this.#stream = new ReadableStream({ pull }, { highWaterMark: 0 });
    TextBody.#ofStreams.set(this.#stream, this);
    return this.#stream;
  }

  /** @throws TypeError if it was read before */
  take(): string {
    this.requireUnread();
    this.isUsed = true;
    return this.#text;
  }

  private requireUnread(): void {
    if (this.isUsed || this.#stream?.locked) throw new TypeError('The body was read before.');
  }
}
