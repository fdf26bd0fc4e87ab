/** Places of values in JSON text that is known to be JSON: what `JSON.parse` takes. */

/** From the first character of a value to behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface MemberSpan extends Span {
  readonly name: string;
  /** Where the name begins. */
  readonly start: number;
}

/** The value at a place, or behind the spaces there. */
export function valueSpan(text: string, at: number): Span {
  const from = behindSpaces(text, at);
  return { from, to: endOfValue(text, from) };
}

/** The members of the object at a place. */
export function* membersOf(text: string, object: number): Generator<MemberSpan> {
  for (let at = behindSpaces(text, object + 1); text[at] !== '}'; ) {
    const nameEnd = endOfText(text, at);
    const value = valueSpan(text, behindSpaces(text, nameEnd) + 1);
    yield { name: nameOf(text.slice(at, nameEnd)), start: at, ...value };
    at = behindComma(text, value.to);
  }
}

/** The elements of the array at a place. */
export function* elementsOf(text: string, array: number): Generator<Span> {
  for (let at = behindSpaces(text, array + 1); text[at] !== ']'; ) {
    const value = valueSpan(text, at);
    yield value;
    at = behindComma(text, value.to);
  }
}

/** The last member of a name, which is the one that `JSON.parse` takes. */
export function memberOf(text: string, object: number, name: string): MemberSpan | null {
  let found: MemberSpan | null = null;
  for (const member of membersOf(text, object)) if (member.name === name) found = member;
  return found;
}

function nameOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfText(text, from);
  if (first !== '{' && first !== '[') return endOfWord(text, from);
  let depth = 0;
  for (let at = from; ; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
}

function endOfText(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !WORD_ENDS.includes(text[at] as string)) at++;
  return at;
}

function behindComma(text: string, from: number): number {
  const at = behindSpaces(text, from);
  return text[at] === ',' ? behindSpaces(text, at + 1) : at;
}

function behindSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACES.includes(text[at] as string)) at++;
  return at;
}

const SPACES = ' \n\r\t';
const WORD_ENDS = `${SPACES},]}`;
