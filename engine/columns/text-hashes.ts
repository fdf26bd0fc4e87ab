import { type Hash64, hashText } from '../hash/hash64.ts';
import type { TextDictionary } from './event-columns.ts';

/** The hashes of a dictionary's texts by their codes, each computed once. */
export interface TextHashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

const known = new WeakMap<TextDictionary, GrowingHashes>();

/** Holds until the dictionary has more texts. */
export function hashesOf(dictionary: TextDictionary): TextHashes {
  let hashes = known.get(dictionary);
  if (hashes === undefined) {
    hashes = new GrowingHashes();
    known.set(dictionary, hashes);
  }
  hashes.catchUp(dictionary);
  return hashes;
}

class GrowingHashes implements TextHashes {
  high = new Int32Array(64);
  low = new Int32Array(64);
  #size = 0;

  catchUp(dictionary: TextDictionary): void {
    const { size } = dictionary;
    if (size > this.high.length) {
      this.high = enlarged(this.high, size);
      this.low = enlarged(this.low, size);
    }
    for (; this.#size < size; this.#size++) {
      hashText(dictionary.text(this.#size), scratch);
      this.high[this.#size] = scratch.high;
      this.low[this.#size] = scratch.low;
    }
  }
}

function enlarged(from: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const into = new Int32Array(size * 2);
  into.set(from);
  return into;
}

const scratch: Hash64 = { high: 0, low: 0 };
