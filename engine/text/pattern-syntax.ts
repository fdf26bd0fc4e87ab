/** A pattern: what texts it matches, as a tree. */
export type Pattern =
  | { readonly is: 'points'; readonly points: PointSet }
  | { readonly is: 'start' | 'end' }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | { readonly is: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

/** Code points of ranges, or all others. */
export interface PointSet {
  readonly not: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

/** Why a text is no pattern: the end of a sentence that begins with it. */
export class PatternError {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

const DIGITS: readonly (readonly [number, number])[] = [[48, 57]];
const WORD: readonly (readonly [number, number])[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly (readonly [number, number])[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const NO_LINE_BREAK: PointSet = { not: true, ranges: [[10, 10]] };
const CLASSES: Readonly<Record<string, PointSet>> = {
  d: { not: false, ranges: DIGITS },
  D: { not: true, ranges: DIGITS },
  w: { not: false, ranges: WORD },
  W: { not: true, ranges: WORD },
  s: { not: false, ranges: SPACE },
  S: { not: true, ranges: SPACE },
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

const MAX_LENGTH = 1000;
const MAX_DEPTH = 50;
const MAX_REPEAT = 1000;
export const LAST_POINT = 0x10ffff;

/**
 * Reads a regular expression of the part that every engine reads the same way: characters, `.`, classes, `\d \w \s` of ASCII, groups,
 * alternatives, repetitions, and `^` and `$` for the ends of the text. What looks back or around is none: no engine can tell in one
 * pass over the text whether it matches.
 */
export function parsePattern(text: string): Pattern | PatternError {
  if (text.length > MAX_LENGTH) return new PatternError(`has more than ${MAX_LENGTH} characters`);
  try {
    return new Parser(text).all();
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}

class Parser {
  readonly #points: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#points = [...text];
  }

  all(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#points.length) throw this.#error('has a ) without a (');
    return pattern;
  }

  #choice(): Pattern {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`has groups in groups beyond ${MAX_DEPTH}`);
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Pattern) : { is: 'choice', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#points.length && !this.#sees('|') && !this.#sees(')')) parts.push(this.#repeated());
    return { is: 'sequence', parts };
  }

  #repeated(): Pattern {
    const part = this.#one();
    const times = this.#times();
    if (times === null) return part;
    if (part.is === 'start' || part.is === 'end') throw this.#error('repeats an end of the text');
    // The shortest or the longest match: whether there is one is the same.
    this.#take('?');
    if (this.#times() !== null) throw this.#error('has two repetitions in a row');
    return { is: 'repeat', part, least: times[0], most: times[1] };
  }

  #times(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    if (!this.#sees('{')) return null;
    const rest = this.#points.slice(this.#at).join('');
    const [all, least, comma, most] = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(rest) ?? [];
    if (all === undefined) throw this.#error('has a { that begins no repetition such as {2,5}: write \\{');
    this.#at += all.length;
    const from = Number(least);
    const to = comma === undefined ? from : most === undefined ? Number.POSITIVE_INFINITY : Number(most);
    if (from > to || from > MAX_REPEAT || (to > MAX_REPEAT && to !== Number.POSITIVE_INFINITY)) {
      throw this.#error(`repeats ${all}: the numbers go up, to ${MAX_REPEAT} at most`);
    }
    return [from, to];
  }

  #one(): Pattern {
    const point = this.#next();
    switch (point) {
      case '.':
        return { is: 'points', points: NO_LINE_BREAK };
      case '^':
        return { is: 'start' };
      case '$':
        return { is: 'end' };
      case '(':
        return this.#group();
      case '[':
        return { is: 'points', points: this.#class() };
      case '\\':
        return { is: 'points', points: this.#escape() };
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.#error(`has a ${point} with nothing before it to repeat`);
      default:
        return { is: 'points', points: only(this.#code(point)) };
    }
  }

  #group(): Pattern {
    if (this.#take('?') && !this.#take(':')) {
      throw this.#error('looks around or names a group with (?…: only (…) and (?:…) are taken');
    }
    const inner = this.#choice();
    if (!this.#take(')')) throw this.#error('has a ( without a )');
    return inner.is === 'sequence' ? inner : { is: 'sequence', parts: [inner] };
  }

  #escape(): PointSet {
    const point = this.#next();
    const known = CLASSES[point];
    if (known !== undefined && Object.hasOwn(CLASSES, point)) return known;
    if (Object.hasOwn(CONTROLS, point)) return only(CONTROLS[point] as number);
    if (/[A-Za-z0-9]/.test(point)) throw this.#error(`has \\${point}, which not all engines take for the same`);
    return only(this.#code(point));
  }

  #class(): PointSet {
    const not = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take(']')) {
      const first = this.#member();
      if (!this.#sees('-') || this.#points[this.#at + 1] === ']') {
        for (const range of rangesOf(first)) ranges.push(range);
        continue;
      }
      this.#next();
      const last = this.#member();
      const [from, to] = [single(first), single(last)];
      if (from === null || to === null || from > to) throw this.#error('has a range in […] that does not go up');
      ranges.push([from, to]);
    }
    if (ranges.length === 0) throw this.#error('has an empty […]');
    return { not, ranges };
  }

  #member(): PointSet {
    const point = this.#next('has a [ without a ]');
    if (point === '[') throw this.#error('has a [ in […]: write \\[');
    if (point === '&' && this.#sees('&')) throw this.#error('has && in […], which not all engines take for the same');
    return point === '\\' ? this.#escape() : only(this.#code(point));
  }

  #code(point: string): number {
    const code = point.codePointAt(0) as number;
    if (code >= 0xd800 && code < 0xe000) throw this.#error('has half of a surrogate pair');
    return code;
  }

  #sees(point: string): boolean {
    return this.#points[this.#at] === point;
  }

  #take(point: string): boolean {
    if (!this.#sees(point)) return false;
    this.#at++;
    return true;
  }

  #next(missing = 'ends too early'): string {
    const point = this.#points[this.#at++];
    if (point === undefined) throw this.#error(missing);
    return point;
  }

  #error(why: string): PatternError {
    return new PatternError(why);
  }
}

function only(code: number): PointSet {
  return { not: false, ranges: [[code, code]] };
}

function single({ not, ranges }: PointSet): number | null {
  const [first] = ranges;
  return not || ranges.length !== 1 || first === undefined || first[0] !== first[1] ? null : first[0];
}

/** The ranges of a set, of a set of all others those between its own. */
export function rangesOf({ not, ranges }: PointSet): (readonly [number, number])[] {
  if (!not) return [...ranges];
  const between: (readonly [number, number])[] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    if (first > from) between.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= LAST_POINT) between.push([from, LAST_POINT]);
  return between;
}

/** The pattern as text that RE2, Java and Oniguruma read the same way: every class is written out. */
export function printPattern(pattern: Pattern): string {
  switch (pattern.is) {
    case 'points':
      return printPoints(pattern.points);
    case 'start':
      return '\\A';
    case 'end':
      return '\\z';
    case 'sequence':
      return pattern.parts
        .map((part) => (part.is === 'choice' ? `(?:${printPattern(part)})` : printPattern(part)))
        .join('');
    case 'choice':
      return pattern.parts.map(printPattern).join('|');
    case 'repeat': {
      const { part, least, most } = pattern;
      const inner = part.is === 'points' ? printPoints(part.points) : `(?:${printPattern(part)})`;
      return `${inner}${printTimes(least, most)}`;
    }
  }
}

function printTimes(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function printPoints(points: PointSet): string {
  const code = single(points);
  if (code !== null) return printPoint(code);
  const ranges = points.ranges.map(([from, to]) =>
    from === to ? printPoint(from) : `${printPoint(from)}-${printPoint(to)}`,
  );
  return `[${points.not ? '^' : ''}${ranges.join('')}]`;
}

function printPoint(code: number): string {
  const point = String.fromCodePoint(code);
  return /[A-Za-z0-9_/,:;@%= ]/.test(point) ? point : `\\x{${code.toString(16)}}`;
}
