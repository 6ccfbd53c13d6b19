import { consumedCapacity } from './consumed-capacity.ts';
import type { Answer, Ask } from './engine.ts';
import { invalid, Refusal } from './failures.ts';

const MAX_READS = 100;

/** TransactGetItems over dynalite: since one request is answered after the other, several reads are one. */
export async function transactGet(ask: Ask, input: Readonly<Record<string, unknown>>): Promise<Answer> {
  try {
    const answers: Answer[] = [];
    for (const get of readsOf(input)) {
      const answer = await ask('GetItem', { ...get, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' });
      if (answer.status !== 200) return answer;
      answers.push(answer);
    }
    const Responses = answers.map(({ body: { Item } }) => ({ Item }));
    return { status: 200, body: { Responses, ...consumedCapacity(input['ReturnConsumedCapacity'], answers) } };
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function readsOf({ TransactItems: items }: Readonly<Record<string, unknown>>): readonly object[] {
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_READS) {
    throw invalid(`1 validation error detected: TransactItems must have 1 to ${MAX_READS} members`);
  }
  const gets = (items as { Get?: object }[]).map(({ Get: get }) => get);
  if (gets.includes(undefined)) throw invalid('Each member of TransactItems must have a Get');
  return gets as readonly object[];
}
