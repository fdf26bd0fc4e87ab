import { LAST_POINT, type Pattern, PatternError, type PointSet, parsePattern, rangesOf } from './pattern-syntax.ts';

/**
 * Tells whether a pattern matches somewhere in a text, in a time that grows with the text and with nothing else: it goes over the text
 * once, in the states of an automaton (Thompson, "Regular Expression Search Algorithm", 1968). States are made as texts need them
 * and kept, up to a bound, so most texts cost one look into a table for each character.
 */
export class PatternMatcher {
  readonly #program: readonly Step[];
  readonly #classes: CodeClasses;
  #states = new Map<string, State>();
  #start: State;

  private constructor(pattern: Pattern) {
    this.#program = compile(pattern);
    this.#classes = new CodeClasses(this.#program);
    this.#start = this.#stateOf(this.#closure([0], true));
  }

  static of(text: string): PatternMatcher | PatternError {
    const pattern = parsePattern(text);
    if (pattern instanceof PatternError) return pattern;
    if (sizeOf(pattern) > MAX_STEPS)
      return new PatternError(`repeats too much: it comes to more than ${MAX_STEPS} steps`);
    return new PatternMatcher(pattern);
  }

  matches(text: string): boolean {
    let state = this.#start;
    for (let i = 0; i < text.length; i++) {
      if (state.isMatch) return true;
      let code = text.charCodeAt(i);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(i) as number;
        if (code > 0xffff) i++;
      }
      const of = this.#classes.of(code);
      state = state.next[of] ?? this.#step(state, of);
    }
    return state.isMatch || this.#matchesAtEnd(state, text === '');
  }

  #step(state: State, of: number): State {
    const code = this.#classes.first(of);
    const reached = [0];
    for (const at of state.at) {
      const step = this.#program[at] as Step;
      if (step.op === 'points' && holds(step.ranges, code)) reached.push(at + 1);
    }
    const next = this.#stateOf(this.#closure(reached, false));
    state.next[of] = next;
    return next;
  }

  #matchesAtEnd(state: State, isEmpty: boolean): boolean {
    const known = isEmpty ? undefined : state.isMatchAtEnd;
    if (known !== undefined) return known;
    const at = this.#closure(state.at, isEmpty, true);
    const found = at.some((step) => this.#program[step]?.op === 'match');
    if (!isEmpty) state.isMatchAtEnd = found;
    return found;
  }

  /** The steps that can be reached without reading: those that read, that wait for the end, and the match. */
  #closure(from: readonly number[], atStart: boolean, atEnd = false): number[] {
    const seen = new Set<number>();
    const todo = [...from];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.#program[at] as Step;
      if (step.op === 'split') todo.push(step.one, step.other);
      else if (step.op === 'jump') todo.push(step.to);
      else if ((step.op === 'start' && atStart) || (step.op === 'end' && atEnd)) todo.push(at + 1);
    }
    return [...seen].filter((at) => STAYS.has(this.#program[at]?.op ?? '')).sort((a, b) => a - b);
  }

  #stateOf(at: readonly number[]): State {
    const key = at.join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    // All begin anew: what a text has come to so far goes on in the state that it holds.
    if (this.#states.size >= MAX_STATES) {
      this.#states = new Map();
      for (const state of this.#start === undefined ? [] : [this.#start]) state.next.fill(undefined);
    }
    const state = {
      at,
      isMatch: at.some((step) => this.#program[step]?.op === 'match'),
      isMatchAtEnd: undefined,
      next: new Array<State | undefined>(this.#classes.count).fill(undefined),
    };
    this.#states.set(key, state);
    return state;
  }
}

interface State {
  /** Steps of the program. */
  readonly at: readonly number[];
  readonly isMatch: boolean;
  isMatchAtEnd: boolean | undefined;
  /** By class of code points. */
  readonly next: (State | undefined)[];
}

type Ranges = readonly (readonly [number, number])[];
type Step =
  | { readonly op: 'points'; readonly ranges: Ranges }
  | { readonly op: 'split'; readonly one: number; readonly other: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'start' | 'end' | 'match' };

const STAYS: ReadonlySet<string> = new Set(['points', 'end', 'match']);
const MAX_STEPS = 2000;
const MAX_STATES = 500;

function compile(pattern: Pattern): Step[] {
  const steps: Step[] = [];
  emit(pattern, steps);
  steps.push({ op: 'match' });
  return steps;
}

function emit(pattern: Pattern, into: Step[]): void {
  switch (pattern.is) {
    case 'points':
      into.push({ op: 'points', ranges: rangesOf(pattern.points as PointSet) });
      return;
    case 'start':
    case 'end':
      into.push({ op: pattern.is });
      return;
    case 'sequence':
      for (const part of pattern.parts) emit(part, into);
      return;
    case 'choice':
      emitChoice(pattern.parts, into);
      return;
    case 'repeat':
      emitRepeat(pattern, into);
  }
}

function emitChoice(parts: readonly Pattern[], into: Step[]): void {
  const ends: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, into);
      continue;
    }
    const split = into.push({ op: 'jump', to: 0 }) - 1;
    emit(part, into);
    ends.push(into.push({ op: 'jump', to: 0 }) - 1);
    into[split] = { op: 'split', one: split + 1, other: into.length };
  }
  for (const end of ends) into[end] = { op: 'jump', to: into.length };
}

function emitRepeat({ part, least, most }: Pattern & { is: 'repeat' }, into: Step[]): void {
  for (let i = 0; i < least; i++) emit(part, into);
  if (most === Number.POSITIVE_INFINITY) {
    const split = into.push({ op: 'jump', to: 0 }) - 1;
    emit(part, into);
    into.push({ op: 'jump', to: split });
    into[split] = { op: 'split', one: split + 1, other: into.length };
    return;
  }
  const splits: number[] = [];
  for (let i = least; i < most; i++) {
    splits.push(into.push({ op: 'jump', to: 0 }) - 1);
    emit(part, into);
  }
  for (const split of splits) into[split] = { op: 'split', one: split + 1, other: into.length };
}

/** Steps that a pattern comes to at most, told before any is made. */
function sizeOf(pattern: Pattern): number {
  switch (pattern.is) {
    case 'sequence':
    case 'choice':
      return pattern.parts.reduce((sum, part) => sum + sizeOf(part) + 2, 0);
    case 'repeat': {
      const { part, least, most } = pattern;
      return (most === Number.POSITIVE_INFINITY ? least + 1 : most) * (sizeOf(part) + 1) + 1;
    }
    default:
      return 1;
  }
}

function holds(ranges: Ranges, code: number): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to);
}

/** Code points that no step tells apart are one class. */
class CodeClasses {
  readonly #starts: readonly number[];
  readonly #ascii = new Uint16Array(128);

  constructor(program: readonly Step[]) {
    const starts = new Set([0]);
    for (const step of program) {
      if (step.op !== 'points') continue;
      for (const [from, to] of step.ranges) {
        starts.add(from);
        if (to < LAST_POINT) starts.add(to + 1);
      }
    }
    this.#starts = [...starts].sort((a, b) => a - b);
    for (let code = 0; code < this.#ascii.length; code++) this.#ascii[code] = this.#search(code);
  }

  get count(): number {
    return this.#starts.length;
  }

  of(code: number): number {
    return code < 128 ? (this.#ascii[code] as number) : this.#search(code);
  }

  first(index: number): number {
    return this.#starts[index] as number;
  }

  #search(code: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= code) low = middle;
      else high = middle;
    }
    return low;
  }
}
