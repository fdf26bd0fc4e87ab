/** How many code points a text has. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) count--;
  }
  return count;
}

/** From one code point, counted from 0, to before another. */
export function sliceCodePoints(text: string, from: number, to: number): string {
  if (from >= to) return '';
  const start = unitOf(text, 0, from);
  return text.slice(start, to === Number.POSITIVE_INFINITY ? text.length : unitOf(text, start, to - from));
}

/** The place of the code unit so many code points behind another. */
function unitOf(text: string, start: number, points: number): number {
  let at = start;
  for (let left = points; left > 0 && at < text.length; left--) {
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
