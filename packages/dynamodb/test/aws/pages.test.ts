import { expect, test } from '@jest/globals';
import { pagesOf } from '../../src/aws/pages.ts';

/** The pages that come after each token, and the tokens that were asked for. */
function listOf(nextOf: Readonly<Record<string, string>>) {
  const asked: (string | undefined)[] = [];
  const ask = async (token: string | undefined): Promise<string> => {
    asked.push(token);
    return token ?? 'first';
  };
  const pages = pagesOf({ what: 'The list of moons', ask, next: (page) => nextOf[page] });
  return { asked, pages };
}

async function readAll<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

test('all pages come in order, each asked for by the token of the one before', async () => {
  const { asked, pages } = listOf({ first: 'a', a: 'b' });
  expect(await readAll(pages)).toEqual(['first', 'a', 'b']);
  expect(asked).toEqual([undefined, 'a', 'b']);
});

test('no page is asked for before the one before was taken', async () => {
  const { asked, pages } = listOf({ first: 'a', a: 'b' });
  for await (const _ of pages) break;
  expect(asked).toEqual([undefined]);
});

test('pages that go round in a circle are a damaged answer, named by the list', async () => {
  const { pages } = listOf({ first: 'a', a: 'b', b: 'a' });
  await expect(readAll(pages)).rejects.toThrow('The list of moons');
});
