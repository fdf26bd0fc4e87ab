/** Keys of one buffer: where each begins and ends. */
export interface Keys {
  readonly bytes: Uint8Array;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/**
 * The order of keys that compare byte by byte, a key before those that go on behind it: which is the first, which comes next, …
 * Equal keys stay as they are given.
 *
 * Five bytes of each key, behind what all have in common, and its number are one whole number of 64 bits, and the platform sorts
 * these without calling back. Keys whose five bytes are equal are sorted in the same way by those that follow.
 */
export function orderOfKeys(keys: Keys): Uint32Array {
  const order = new Uint32Array(keys.starts.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  if (!isInOrder(keys)) sortPart(keys, order, 0);
  return order;
}

/** Whether one key is before another: below 0. */
export function compareKeyBytes(a: Uint8Array, fromA: number, toA: number, b: Uint8Array, fromB: number, toB: number) {
  const length = Math.min(toA - fromA, toB - fromB);
  for (let i = 0; i < length; i++) {
    const order = (a[fromA + i] as number) - (b[fromB + i] as number);
    if (order !== 0) return order;
  }
  return toA - fromA - (toB - fromB);
}

/** Fewer keys than this are put in order one by one. */
const FEW = 12;
const PREFIX_BYTES = 5;
/** Beside so many bytes, this is what the number of a key has room for. More keys are compared one by one. */
const NUMBERS = 2 ** 24;
/** Which half of a whole number of 64 bits counts least. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** Sorts keys that have their first `skip` bytes in common. */
function sortPart(keys: Keys, order: Uint32Array, skip: number): void {
  if (order.length < FEW) {
    insertInOrder(keys, order);
    return;
  }
  if (order.length > NUMBERS) {
    order.sort((a, b) => compareIn(keys, a, b) || a - b);
    return;
  }
  const shared = sharedBytes(keys, order, skip);
  const words = new Uint32Array(order.length * 2);
  for (let i = 0; i < order.length; i++) {
    const key = order[i] as number;
    words[2 * i + 1 - LOW] = fourBytesOf(keys, key, shared);
    words[2 * i + LOW] = byteOf(keys, key, shared + 4) * NUMBERS + i;
  }
  new BigUint64Array(words.buffer).sort();
  const before = order.slice();
  for (let i = 0; i < order.length; i++) {
    order[i] = before[(words[2 * i + LOW] as number) & (NUMBERS - 1)] as number;
  }
  const isAlike = (a: number, b: number) =>
    words[2 * a + 1 - LOW] === words[2 * b + 1 - LOW] &&
    (words[2 * a + LOW] as number) >>> 24 === (words[2 * b + LOW] as number) >>> 24;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && isAlike(from, to)) to++;
    if (to > from + 1) sortAlike(keys, order.subarray(from, to), shared + PREFIX_BYTES);
    from = to;
  }
}

/** Sorts keys of one prefix. Where some end within it, they are told apart by more than what follows. */
function sortAlike(keys: Keys, order: Uint32Array, next: number): void {
  if (order.every((key) => (keys.ends[key] as number) - (keys.starts[key] as number) >= next))
    sortPart(keys, order, next);
  else order.sort((a, b) => compareIn(keys, a, b) || a - b);
}

/** Four bytes of a key, which goes on with zeros here where it ends. */
function fourBytesOf({ bytes, starts, ends }: Keys, key: number, shared: number): number {
  const from = (starts[key] as number) + shared;
  const to = ends[key] as number;
  let prefix = 0;
  for (let i = from; i < from + 4; i++) prefix = (prefix << 8) | (i < to ? (bytes[i] as number) : 0);
  return prefix;
}

/** The same of one byte. */
function byteOf({ bytes, starts, ends }: Keys, key: number, offset: number): number {
  const at = (starts[key] as number) + offset;
  return at < (ends[key] as number) ? (bytes[at] as number) : 0;
}

/** How many bytes all keys have in common at their beginning: `known` at least. */
function sharedBytes({ bytes, starts, ends }: Keys, order: Uint32Array, known: number): number {
  const first = starts[order[0] as number] as number;
  let shared = (ends[order[0] as number] as number) - first;
  for (let at = 1; at < order.length && shared > known; at++) {
    const other = starts[order[at] as number] as number;
    const length = Math.min(shared, (ends[order[at] as number] as number) - other);
    let i = known;
    while (i < length && bytes[first + i] === bytes[other + i]) i++;
    shared = i;
  }
  return shared;
}

function insertInOrder(keys: Keys, order: Uint32Array): void {
  for (let i = 1; i < order.length; i++) {
    const key = order[i] as number;
    let at = i;
    for (; at > 0 && compareIn(keys, order[at - 1] as number, key) > 0; at--) order[at] = order[at - 1] as number;
    order[at] = key;
  }
}

function isInOrder(keys: Keys): boolean {
  for (let key = 1; key < keys.starts.length; key++) if (compareIn(keys, key - 1, key) > 0) return false;
  return true;
}

function compareIn({ bytes, starts, ends }: Keys, a: number, b: number): number {
  const [fromA, toA] = [starts[a] as number, ends[a] as number];
  return compareKeyBytes(bytes, fromA, toA, bytes, starts[b] as number, ends[b] as number);
}
