import { isObject } from '../../aws/is-object.ts';
import { InvalidLineError } from '../errors.ts';
import { LineProblem } from '../format/line-problem.ts';
import { type Line, type LineCounts, readLines } from '../format/lines.ts';
import { type IonFields, parseIon } from './ion-item.ts';

/** How many items come at once: the memory of each is its own. */
const RUN_ITEMS = 100;

/**
 * Reads lines of Amazon Ion with an item each, or a change of an incremental export, as lines of DynamoDB JSON.
 * @throws InvalidLineError for what is no item in Ion
 */
export async function* readIonLines(
  text: AsyncIterable<Buffer>,
  file: string,
  linesBefore: number,
): AsyncGenerator<Iterable<Line>, LineCounts> {
  const lines = readLines(text, file, linesBefore);
  let markers = 0;
  for (let run = await lines.next(); ; run = await lines.next()) {
    if (run.done) return { ...run.value, filled: run.value.filled - markers };
    let items: Line[] = [];
    for (const { number, bytes } of run.value) {
      if (isMarker(bytes)) {
        markers += 1;
        continue;
      }
      items.push({ number, bytes: itemOf(bytes, { file, line: number - linesBefore }) });
      if (items.length < RUN_ITEMS) continue;
      yield items;
      items = [];
    }
    yield items;
  }
}

const VERSION_MARKER = '$ion_1_0';

/** Whether a line has the version marker alone, as other tools write it once. */
function isMarker(line: Buffer): boolean {
  return line.length < 2 * VERSION_MARKER.length && line.toString('latin1').trim() === VERSION_MARKER;
}

function itemOf(bytes: Buffer, place: { readonly file: string; readonly line: number }): Buffer {
  const fields = parseIon(bytes.toString('utf8'));
  if (fields instanceof LineProblem) throw new InvalidLineError(place, fields.problem, ADVICE);
  const { Item: item, Record: record, ...others } = fields;
  if (Object.keys(others).length === 0) {
    const held = membersOf(item);
    if (held !== undefined && record === undefined) return Buffer.from(JSON.stringify(held));
    const change = membersOf(record);
    if (change !== undefined && item === undefined) return Buffer.from(JSON.stringify(changeOf(change)));
  }
  throw new InvalidLineError(place, 'an Ion struct that does not hold an Item or a Record alone', ADVICE);
}

/** A change as an incremental export in DynamoDB JSON has it. */
function changeOf(record: IonFields): IonFields {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, membersOf(value) ?? value]));
}

function membersOf(value: unknown): IonFields | undefined {
  return isObject(value) && isObject(value['M']) ? value['M'] : undefined;
}

const ADVICE = ['Nothing was written.'];
