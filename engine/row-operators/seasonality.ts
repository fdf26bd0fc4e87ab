import { writeValue } from '../bytes/value-codec.ts';
import { Recent } from '../detectors/recent.ts';
import { rowOperand, structOfRows } from '../dsl/row-operator.ts';
import { checkSettings, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import { type Season, seasonOf } from '../statistics/season.ts';
import { readNumber } from './read-number.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** What comes round in a group's numbers. */
export interface Seasonality {
  /** In windows; null where nothing does. */
  readonly period: number | null;
  /** From 0 to 1: how much of what varies around the trend comes round. 0 where nothing does. */
  readonly strength: number;
}

export interface SeasonalityOptions {
  /** How many windows are looked at: 400 unless said, at most 2,000. A period is found up to a third of them. */
  readonly windows?: number;
}

/**
 * The period in which a row's number comes round, over the group's last windows. It is searched again in every twentieth
 * part of them, for a search costs about as much as the square of `windows`.
 *
 * @example .derive((row) => ({ daily: seasonality(row.requests, { windows: 864 }) }))   // of five minutes: three days
 */
export function seasonality(of: Num, options: SeasonalityOptions = {}): Fields<Seasonality> {
  checkSettings(options, ['windows'], 'seasonality(…)');
  const { windows = 400 } = options;
  wholeNumberFrom(20, windows, 2000, 'seasonality(…): windows is');
  const fields = {
    period: { kind: 'number', nullable: true, integer: true },
    strength: { kind: 'number', nullable: false },
  } as const;
  return structOfRows({
    kind: 'seasonality',
    parameters: { windows },
    operands: [rowOperand(of, 'number', 'seasonality(…)')],
    type: { kind: 'struct', fields },
  });
}

export type SeasonalityParameters = { readonly windows: number };

export const seasonalityKind: RowOperatorKind<SeasonalityParameters> = {
  kind: 'seasonality',
  version: 1,
  compile: ({ windows }) => seasonalityOperator(windows),
  words: ({ windows }, [operand]) => `season of ${operand} over ${windows} windows`,
};

const SEARCHES = 20;

interface State {
  readonly recent: Recent;
  /** Rows until the next search. */
  wait: number;
  found: Season;
}

function seasonalityOperator(windows: number): RowOperator<State> {
  const every = Math.ceil(windows / SEARCHES);
  return {
    maxStateBytes: new Recent(windows).maxBytes() + 2 + 18,
    create: () => ({ recent: new Recent(windows), wait: every, found: { period: null, strength: 0 } }),
    step(state, [operand = null]) {
      if (operand === null) state.recent.skip(1);
      else state.recent.push(operand as number);
      if (--state.wait <= 0) {
        state.wait = every;
        state.found = seasonOf(state.recent.placed());
      }
      return { ...state.found };
    },
    skip(state, count) {
      state.recent.skip(count);
    },
    encode({ recent, wait, found }, out) {
      recent.write(out);
      out.varint(wait);
      writeValue(out, found.period);
      writeValue(out, found.strength);
    },
    decode(input) {
      const recent = new Recent(windows);
      recent.read(input);
      const wait = input.varint();
      const period = readNumber(input);
      return { recent, wait, found: { period, strength: readNumber(input) ?? 0 } };
    },
  };
}
