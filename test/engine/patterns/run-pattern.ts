import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import type { FieldNode } from '../../../engine/ir/join-definition.ts';
import type { ExpressionNode } from '../../../engine/ir/node.ts';
import type {
  Contiguity,
  PatternDefinition,
  PatternOutput,
  PatternStep,
  StepTimes,
} from '../../../engine/ir/pattern-definition.ts';
import { compareLogRows, LEFT, type LogRow } from '../../../engine/joins/event-log.ts';
import type { LogOperator } from '../../../engine/joins/log-operator.ts';
import { compileBits, eventTests, needsAllEvents } from '../../../engine/patterns/bits.ts';
import { type MatchRow, patternOperator } from '../../../engine/patterns/pattern-operator.ts';
import type { PatternState } from '../../../engine/patterns/pattern-state.ts';
import { logPane } from '../../support/log-pane.ts';

/** An event of a test: a letter and more, such as `a1`; its first character is its kind. */
export interface TestEvent {
  readonly id: string;
  readonly kind: string;
  readonly price: number | null;
  readonly timeMs: number;
}

const TEXT = { kind: 'string', nullable: false } as const;
const NUMBER = { kind: 'number', nullable: true } as const;
const BOOLEAN = { kind: 'boolean', nullable: false } as const;

export const COLUMNS: readonly FieldNode[] = [
  { op: 'field', path: ['id'], type: TEXT },
  { op: 'field', path: ['price'], type: NUMBER },
];
export const PRICE: ExpressionNode = { op: 'field', path: ['price'], type: NUMBER };

/** Events such as `a1 b2@7 a3=2.5@9`: id, price, time. Without a time: one after the event before; without a price: none. */
export function events(text: string): TestEvent[] {
  let timeMs = 0;
  return text
    .split(' ')
    .filter((token) => token !== '')
    .map((token) => {
      const [, id = '', price, at] = /^(\w+)(?:=([\d.-]+))?(?:@(\d+))?$/.exec(token) ?? [];
      timeMs = at === undefined ? timeMs + 1 : Number(at);
      return { id, kind: id[0] as string, price: price === undefined ? null : Number(price), timeMs };
    });
}

/** The event's kind is one of some letters. */
export function ofKind(kinds: string): ExpressionNode {
  return { op: 'in', operand: { op: 'field', path: ['kind'], type: TEXT }, values: [...kinds], type: BOOLEAN };
}

/** A field of what a step took: `matched('a', 'last', 'price')`. */
export function matched(step: string, ...path: string[]): ExpressionNode {
  return { op: 'field', path: [`matched.${step}`, ...path], type: NUMBER };
}

export function compare(
  left: ExpressionNode,
  operator: 'eq' | 'gt' | 'gte' | 'lt' | 'lte',
  right: ExpressionNode | number,
): ExpressionNode {
  const literal = (value: number): ExpressionNode => ({
    op: 'literal',
    value,
    type: { kind: 'number', nullable: false },
  });
  return {
    op: 'compare',
    operator,
    left,
    right: typeof right === 'number' ? literal(right) : right,
    type: { kind: 'boolean', nullable: true },
  };
}

export function plus(left: ExpressionNode, right: ExpressionNode): ExpressionNode {
  return { op: 'arithmetic', operator: 'add', left, right, type: NUMBER };
}

type StepOptions = Partial<Omit<PatternStep, 'times' | 'condition' | 'until'>> & {
  /** Of which kinds its events are; the name unless set. */
  readonly kinds?: string;
  readonly ofMatch?: ExpressionNode;
  readonly times?: readonly [least: number, most: number | null];
  readonly inner?: Contiguity;
  readonly isGreedy?: boolean;
  readonly until?: string | PatternStep['until'];
};

/** A step of events of one kind, the first letter of its name, unless the options say otherwise. */
export function step(name: string, options: StepOptions = {}): PatternStep {
  const {
    kinds = name,
    ofMatch = null,
    times = [1, 1],
    inner = 'followedBy',
    isGreedy = false,
    until = null,
    ...rest
  } = options;
  const stepTimes: StepTimes = { least: times[0], most: times[1], contiguity: inner, isGreedy };
  return {
    name,
    isAbsent: false,
    contiguity: 'followedBy',
    isOptional: false,
    measures: [],
    ...rest,
    condition: { ofEvent: ofKind(kinds), ofMatch },
    times: stepTimes,
    until: typeof until === 'string' ? { ofEvent: ofKind(until), ofMatch: null } : until,
  };
}

export const next = (name: string, options: StepOptions = {}) => step(name, { contiguity: 'next', ...options });
export const any = (name: string, options: StepOptions = {}) => step(name, { contiguity: 'followedByAny', ...options });
export const notNext = (name: string, options: StepOptions = {}) => next(name, { isAbsent: true, ...options });
export const notFollowedBy = (name: string, options: StepOptions = {}) => step(name, { isAbsent: true, ...options });

export const ONE_OR_MORE = [1, null] as const;
export const ZERO_OR_MORE = { times: ONE_OR_MORE, isOptional: true } as const;

export function pattern(steps: readonly PatternStep[], options: Partial<PatternDefinition> = {}): PatternDefinition {
  return { steps, within: null, skip: { kind: 'none' }, maxPartialMatches: 100_000, ...options };
}

export const within = (limitMs: number, includesLimit = false) => ({ within: { limitMs, includesLimit } });

/** Events as the log keeps them, in its order. */
export function rowsOf(definition: PatternDefinition, given: readonly TestEvent[]): LogRow[] {
  const bitsOf = compileBits(eventTests(definition.steps));
  const keepsAll = needsAllEvents(definition);
  return given
    .map((event): LogRow => {
      const bits = bitsOf(event);
      return { side: LEFT, timeMs: event.timeMs, values: bits === 0 ? [0] : [bits, event.id, event.price] };
    })
    .filter(({ values: [bits] }) => bits !== 0 || keepsAll)
    .sort(compareLogRows);
}

interface RunOptions {
  readonly output?: PatternOutput;
  /** Where panes begin; the first one begins at 0. The last one ends after everything. */
  readonly panes?: readonly number[];
}

const FOREVER_MS = 8_640_000_000;

/** Runs a pattern pane by pane; its state is stored and read back between two, as it is between two calls of a finalizer. */
export function run(
  definition: PatternDefinition,
  given: readonly TestEvent[],
  { output = 'matches', panes = [] }: RunOptions = {},
): MatchRow[] {
  const operator = patternOperator({ pattern: definition, columns: COLUMNS, output });
  const rows = rowsOf(definition, given);
  let state = operator.create();
  const found: MatchRow[] = [];
  const bounds = [0, ...panes, FOREVER_MS];
  for (let i = 1; i < bounds.length; i++) {
    const [fromMs, toMs] = [bounds[i - 1] as number, bounds[i] as number];
    const ofPane = rows.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
    found.push(...operator.step(state, logPane(fromMs, toMs, ofPane)));
    expect(operator.dueMs(state)).toBeGreaterThanOrEqual(toMs);
    state = storedAndRead(operator, state);
  }
  return found;
}

export function encoded(operator: LogOperator<PatternState, MatchRow>, state: PatternState): Uint8Array {
  const out = new ByteWriter();
  operator.encode(state, out);
  return out.finish().slice();
}

export function storedAndRead(operator: LogOperator<PatternState, MatchRow>, state: PatternState): PatternState {
  const bytes = encoded(operator, state);
  const input = new ByteReader(bytes);
  const read = operator.decode(input);
  input.end();
  expect(encoded(operator, read)).toEqual(bytes);
  return read;
}

/** A match as its events: `a1 b1 b2`; with its time where `at`. */
export function inShort({ events: bySteps, timeMs }: MatchRow, at = false): string {
  const ids = bySteps.flat().map(({ values }) => values[1]);
  return `${ids.join(' ')}${at ? `@${timeMs}` : ''}`;
}

/** The matches of events, in short, sorted. */
export function matchesOf(definition: PatternDefinition, text: string, options: RunOptions = {}): string[] {
  return run(definition, events(text), options)
    .map((match) => inShort(match))
    .sort();
}
