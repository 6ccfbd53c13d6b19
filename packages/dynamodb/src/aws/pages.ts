import { PageTrail } from './page-trail.ts';

/** A list that comes in pages, each with the token of the next. */
export interface Paged<Page, Token> {
  /** The list in words, for an error: `The list of shards`. */
  readonly what: string;
  /** Requests the page of a token; the first for undefined. */
  readonly ask: (token: Token | undefined) => Promise<Page>;
  /** The token of the page after this one; undefined after the last. */
  readonly next: (page: Page) => Token | undefined;
  /** A text that is the same for the same token; the token itself unless given. */
  readonly textOf?: ((token: Token) => string) | undefined;
}

/**
 * All pages of a list, each requested when the one before was taken.
 * @throws DamagedResponseError if the pages go round in a circle; what `ask` throws
 *
 * @example
 * ```ts
 * import { createClient, pagesOf } from '@cumulus/dynamodb/aws';
 * import { scanPageOfItems } from '@cumulus/dynamodb/items';
 *
 * const client = createClient();
 * const table = 'prod-RulesTable';
 * const pages = pagesOf({
 *   what: `The scan of ${table}`,
 *   ask: (after: Record<string, unknown> | undefined) => scanPageOfItems({ client, table, after }),
 *   next: (page) => page.next,
 *   textOf: JSON.stringify,
 * });
 * for await (const { items } of pages) console.log(items.length);
 * ```
 */
export async function* pagesOf<Page, Token>({
  what,
  ask,
  next,
  textOf,
}: Paged<Page, Token>): AsyncGenerator<Page, void> {
  const trail = new PageTrail<Token>(what, textOf);
  let token: Token | undefined;
  do {
    const page = await ask(token);
    yield page;
    token = trail.step(next(page));
  } while (token !== undefined);
}
