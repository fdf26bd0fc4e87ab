import { CodecError } from '../bytes/errors.ts';
import { rowOperand, valueOfRows } from '../dsl/row-operator.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { ExprOf, Num } from '../dsl/types.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** What a level allows: numbers above `upper` exceed it, numbers under `lower` are below it. */
export interface Limits {
  readonly upper?: number;
  readonly lower?: number;
}

/** The states of levels: `critical_exceeded`, `warning_below`, … */
export type StatesOf<L> = {
  [K in keyof L & string]:
    | (L[K] extends { readonly upper: number } ? `${K}_exceeded` : never)
    | (L[K] extends { readonly lower: number } ? `${K}_below` : never);
}[keyof L & string];

export interface ThresholdOptions {
  /** How far a number must come back over its limit before the state ends, in the number's own unit: 0 unless said. */
  readonly hysteresis?: number;
  /** For how many windows in a row a limit must be crossed before the state begins: 1 unless said. */
  readonly forWindows?: number;
}

/**
 * The state of a row's number beside fixed limits: `'normal'`, or the first level, in the given order,
 * whose limit it crosses. Where it has no number, or no row, the state stays as it was, and what is counted for
 * `forWindows` begins again.
 *
 * @example
 * .derive((row) => ({ state: threshold(row.errors, { critical: { upper: 100 }, warning: { upper: 80, lower: 20 } }) }))
 * // 'normal' | 'critical_exceeded' | 'warning_exceeded' | 'warning_below'
 */
export function threshold<const L extends Readonly<Record<string, Limits>>>(
  of: Num,
  levels: L,
  options: ThresholdOptions = {},
): ExprOf<'normal' | StatesOf<L>> {
  checkSettings(options, ['hysteresis', 'forWindows'], 'threshold(…)');
  const { hysteresis = 0, forWindows = 1 } = options;
  if (!(hysteresis >= 0 && Number.isFinite(hysteresis))) {
    throw new DefinitionError(`threshold(…): hysteresis is ${hysteresis}: it must be a number of 0 or more.`);
  }
  wholeNumberFrom(1, forWindows, 1000, 'threshold(…): forWindows is');
  const limits = limitsOf(levels);
  const operand = rowOperand(of, 'number', 'threshold(…)');
  return valueOfRows({
    kind: 'threshold',
    parameters: { limits, hysteresis, forWindows },
    operands: [operand],
    type: { kind: 'string', nullable: false },
  }) as unknown as ExprOf<'normal' | StatesOf<L>>;
}

/** One limit: the state it makes, and which side of the bound is beyond it. */
export type Limit = { readonly state: string; readonly side: 'above' | 'under'; readonly bound: number };
export type ThresholdParameters = {
  readonly limits: readonly Limit[];
  readonly hysteresis: number;
  readonly forWindows: number;
};

const NORMAL = 'normal';
const MAX_LIMITS = 20;

function limitsOf(levels: Readonly<Record<string, Limits>>): Limit[] {
  if (typeof levels !== 'object' || levels === null || Object.keys(levels).length === 0) {
    throw new DefinitionError('threshold(…) needs its levels: { critical: { upper: 100 }, warning: { upper: 80 } }.');
  }
  const limits = Object.entries(levels).flatMap(([level, { upper, lower, ...rest }]): Limit[] => {
    const where = `threshold(…): level '${level}'`;
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(level)) {
      throw new DefinitionError(`${where}: a level's name has letters, digits and '_', and begins with a letter.`);
    }
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new DefinitionError(`${where} has no limit '${unknown}'. It has upper and lower.`);
    if (upper === undefined && lower === undefined)
      throw new DefinitionError(`${where} needs an upper or a lower limit.`);
    for (const [name, bound] of [
      ['upper', upper],
      ['lower', lower],
    ] as const) {
      if (bound !== undefined && !Number.isFinite(bound)) {
        throw new DefinitionError(`${where}: ${name} is ${String(bound)}: it must be a finite number.`);
      }
    }
    if (upper !== undefined && lower !== undefined && lower > upper) {
      throw new DefinitionError(`${where}: lower is ${lower} and upper ${upper}: lower must not be above upper.`);
    }
    return [
      ...(upper === undefined ? [] : [{ state: `${level}_exceeded`, side: 'above', bound: upper } as const]),
      ...(lower === undefined ? [] : [{ state: `${level}_below`, side: 'under', bound: lower } as const]),
    ];
  });
  if (limits.length > MAX_LIMITS)
    throw new DefinitionError(`threshold(…) has ${limits.length} limits, and at most ${MAX_LIMITS} are taken.`);
  return limits;
}

export const thresholdKind: RowOperatorKind<ThresholdParameters> = {
  kind: 'threshold',
  version: 1,
  compile: (parameters) => thresholdOperator(parameters),
  words: ({ limits }, [operand]) =>
    `state of ${operand}: ${limits.map(({ state, side, bound }) => `${state} ${side} ${bound}`).join(', ')}`,
  // With these a state depends on the states before it.
  hasSql: ({ parameters }) => parameters.hysteresis === 0 && parameters.forWindows === 1,
  sql: ({ limits }, { operands: [value], overRows }) => {
    const cases = limits.map(
      ({ state, side, bound }) =>
        `WHEN ${value} ${side === 'above' ? '>' : '<'} ${bound.toExponential()} THEN '${state}'`,
    );
    const state = `CASE ${cases.join(' ')} ELSE '${NORMAL}' END`;
    // Where there is no number the state stays as it was.
    const latest = `max_by(${state}, CASE WHEN ${value} IS NOT NULL THEN "window_start" END)`;
    return `COALESCE(${latest} OVER (${overRows} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), '${NORMAL}')`;
  },
};

/** For each limit, for how many windows it has been crossed by now, at most `forWindows`; and which state there is. */
interface State {
  active: number | null;
  readonly runs: number[];
}

function thresholdOperator({ limits, hysteresis, forWindows }: ThresholdParameters): RowOperator<State> {
  const beginAgain = (state: State) => {
    for (let i = 0; i < limits.length; i++) if (i !== state.active) state.runs[i] = 0;
  };
  return {
    maxStateBytes: 1 + limits.length * 2,
    create: () => ({ active: null, runs: limits.map(() => 0) }),
    step(state, [operand = null]) {
      if (operand === null) beginAgain(state);
      else {
        limits.forEach(({ side, bound }, i) => {
          const slack = state.active === i ? hysteresis : 0;
          const isBeyond = side === 'above' ? (operand as number) > bound - slack : (operand as number) < bound + slack;
          state.runs[i] = isBeyond ? Math.min(forWindows, (state.runs[i] as number) + 1) : 0;
        });
        const first = state.runs.findIndex((run) => run >= forWindows);
        state.active = first < 0 ? null : first;
      }
      return state.active === null ? NORMAL : (limits[state.active] as Limit).state;
    },
    skip: beginAgain,
    /** A byte: 0, or the number of the limit that makes the state, from 1. Then a varint of each run. */
    encode({ active, runs }, out) {
      out.byte(active === null ? 0 : active + 1);
      for (const run of runs) out.varint(run);
    },
    decode(input) {
      const active = input.byte();
      if (active > limits.length) throw new CodecError(`A threshold of ${limits.length} limits is in state ${active}.`);
      return { active: active === 0 ? null : active - 1, runs: limits.map(() => input.varint()) };
    },
  };
}
