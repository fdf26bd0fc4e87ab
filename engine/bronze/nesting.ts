/** The most levels for a query engine's reader, which recurses for each. */
export const MAX_NESTING = 200;

/**
 * Whether JSON text is nested more deeply than that. Counts brackets inside texts too: an event with hundreds of
 * brackets that never close is not worth a parser.
 */
export function isNestedDeeply(text: string): boolean {
  if (text.length <= MAX_NESTING || !opensOften(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Of the characters from '[' on, '[' and '{' open, ']' and '}' close.
    if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_NESTING) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Whether there are so many opening brackets at all. Most events have one, and finding them costs far less than looking at each character. */
function opensOften(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > MAX_NESTING) return true;
    }
  }
  return false;
}
