import { isObject } from '../../aws/is-object.ts';
import { InvalidLineError } from '../errors.ts';
import { LineProblem } from '../format/line-problem.ts';
import { type Line, type LineCounts, readLines } from '../format/lines.ts';
import { parseIon } from './ion-item.ts';

/** How many items come at once: the memory of each is its own. */
const RUN_ITEMS = 100;

/**
 * Reads lines of Amazon Ion with an item each, as lines of DynamoDB JSON.
 * @throws InvalidLineError for what is no item in Ion
 */
export async function* readIonLines(
  text: AsyncIterable<Buffer>,
  file: string,
  linesBefore: number,
): AsyncGenerator<Iterable<Line>, LineCounts> {
  const lines = readLines(text, file, linesBefore);
  for (let run = await lines.next(); ; run = await lines.next()) {
    if (run.done) return run.value;
    let items: Line[] = [];
    for (const { number, bytes } of run.value) {
      items.push({ number, bytes: itemOf(bytes, { file, line: number - linesBefore }) });
      if (items.length < RUN_ITEMS) continue;
      yield items;
      items = [];
    }
    yield items;
  }
}

function itemOf(bytes: Buffer, place: { readonly file: string; readonly line: number }): Buffer {
  const fields = parseIon(bytes.toString('utf8'));
  if (fields instanceof LineProblem) throw new InvalidLineError(place, fields.problem, ADVICE);
  const { Item: item, ...others } = fields;
  const isAlone = isObject(item) && isObject(item['M']) && Object.keys(others).length === 0;
  if (!isAlone) throw new InvalidLineError(place, 'an Ion struct that does not hold an Item alone', ADVICE);
  return Buffer.from(JSON.stringify((item as { readonly M: object }).M));
}

const ADVICE = ['Nothing was written.'];
