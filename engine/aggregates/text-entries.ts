import type { TextDictionary } from '../columns/event-columns.ts';
import { type Hash64, hashText } from '../hash/hash64.ts';
import { entryOfHash } from './hyper-log-log.ts';

const known = new WeakMap<TextDictionary, TextEntries>();

/** What each text of a dictionary sets in a sketch, by code. Holds until the dictionary has more texts. */
export function entriesOf(dictionary: TextDictionary): Int32Array {
  let entries = known.get(dictionary);
  if (entries === undefined) {
    entries = new TextEntries();
    known.set(dictionary, entries);
  }
  return entries.upTo(dictionary);
}

class TextEntries {
  #entries = new Int32Array(64);
  #size = 0;

  upTo(dictionary: TextDictionary): Int32Array {
    const { size } = dictionary;
    if (size > this.#entries.length) {
      const entries = new Int32Array(size * 2);
      entries.set(this.#entries);
      this.#entries = entries;
    }
    for (; this.#size < size; this.#size++) {
      hashText(dictionary.text(this.#size), hash);
      this.#entries[this.#size] = entryOfHash(hash.high, hash.low);
    }
    return this.#entries;
  }
}

const hash: Hash64 = { high: 0, low: 0 };
