/**
 * The elements of a JSON array as they are written, each on one line: parsed and written again, a number of many digits
 * would be another one.
 *
 * @param text is JSON, and an array: that has been checked.
 *
 * @example jsonElements('[{"a": 1.0},\n "x"]') // ['{"a": 1.0}', '"x"']
 */
export function jsonElements(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === OPEN_BRACKET || unit === OPEN_BRACE) {
      if (depth++ === 0) from = at + 1;
    } else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) {
      if (--depth === 0) addElement(text.slice(from, at), elements);
    } else if (unit === COMMA && depth === 1) {
      addElement(text.slice(from, at), elements);
      from = at + 1;
    }
  }
  return elements;
}

const [QUOTE, COMMA, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [34, 44, 92, 91, 93, 123, 125];

/** Where the string that begins at `from` ends. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Between the brackets of an empty array there is none. */
function addElement(text: string, elements: string[]): void {
  const element = onOneLine(text);
  if (element !== '') elements.push(element);
}

/** JSON has line breaks only between its parts, where they mean nothing. */
export function onOneLine(json: string): string {
  return json.trim().replaceAll(/[\r\n]+/g, ' ');
}
