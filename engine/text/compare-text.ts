/**
 * Compares by Unicode code point: negative, zero or positive, as for `Array.prototype.sort`.
 *
 * The order of UTF-8 bytes, and so of SQL engines with a binary collation and of DynamoDB's sort keys. The operators `<`
 * and `>` compare UTF-16 units instead and put an emoji (U+1F600, stored as D83D DE00) before a full-width letter
 * (U+FF21). A lone surrogate, which no UTF-8 holds, sorts after U+FFFF.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x < SURROGATES || y < SURROGATES ? x - y : rank(x) - rank(y);
  }
  return a.length - b.length;
}

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Surrogates stand for code points above U+FFFF: they go behind U+E000 to U+FFFF, which they precede as units. */
function rank(unit: number): number {
  return unit >= AFTER_SURROGATES ? unit - 0x2000 : unit;
}
