import { ItemView, type ItemViewOptions } from '../../items/text/item-view.ts';
import type { KeySchema } from '../../tables/schema.ts';
import { type Side, type TableItemFacts, writeNote } from './item-note.ts';
import { EntryPacker } from './packed-entries.ts';

const NEWLINE = 0x0a;

/** What is noted of a table's items. It can be given to a thread. */
export interface NoteOptions extends ItemViewOptions {
  readonly key: KeySchema;
}

/** Notes what a comparison has to remember of the items of tables, a page of a scan at a time. */
export class PageNotes {
  readonly #view: ItemView;
  readonly #packer = new EntryPacker();

  constructor({ key, ...options }: NoteOptions) {
    this.#view = new ItemView(key, options);
  }

  /**
   * @param side that the items are of
   * @param page lines of typed JSON, each ended by \n
   * @returns a note of each item under its canonical key, packed for `KeyPartitions`: a view, which is valid until the next page
   * @throws SyntaxError for a line that is not JSON
   */
  noteAll(side: Side, page: Buffer): Buffer {
    const view = this.#view;
    const packer = this.#packer;
    packer.clear();
    for (let start = 0; start < page.length; ) {
      const end = page.indexOf(NEWLINE, start);
      view.readOrParse(page.subarray(start, end));
      packer.add(view.canonicalKey, writeNote(side, view.digest, view.keyText, factsOf(view)));
      start = end + 1;
    }
    return packer.packed;
  }
}

function factsOf({ expiry, problem }: ItemView): TableItemFacts {
  return { expiry: expiry ?? undefined, problem };
}
