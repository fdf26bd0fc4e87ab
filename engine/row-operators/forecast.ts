import { rowOperand, structOfRows } from '../dsl/row-operator.ts';
import { checkSettings, oneOf, wholeNumberFrom } from '../dsl/settings.ts';
import type { Fields, Num } from '../dsl/types.ts';
import type { Chosen } from '../forecast/chosen.ts';
import { chosenForecaster, type Method } from '../forecast/methods.ts';
import type { Weights } from '../forecast/smoothing.ts';
import { DefinitionError } from '../ir/errors.ts';
import { rangeSetting } from './number-settings.ts';
import type { RowOperator, RowOperatorKind } from './row-operator.ts';

/** One window to come. */
export interface ForecastPoint {
  readonly value: number;
  /** About 95 of 100 values lie from `lower` to `upper`. */
  readonly lower: number;
  readonly upper: number;
}

/** How a group's numbers go on. */
export interface Forecast {
  /** The next windows, the nearest first; null while too little is known. */
  readonly points: readonly ForecastPoint[] | null;
  /** How they were made. */
  readonly method: string | null;
}

export interface ForecastOptions {
  /** How many windows to come: 10 unless said, at most 100. */
  readonly horizon?: number;
  /**
   * How: 'auto' unless said, which takes the method that was nearest for this group lately. 'simple' and 'holt' are
   * exponential smoothing without and with a damped trend, 'holtWinters' with seasons that add to the level,
   * 'holtWintersMultiplicative' with seasons in percent of it, 'regression' goes by the same windows of the seasons before.
   */
  readonly method?: Method;
  /**
   * What comes round, in windows, the shortest first; at most two of at most 480. Unless said a day and a week, where they
   * are from 2 to 400 windows. [] is none.
   */
  readonly seasons?: readonly number[];
  /** The weight of the newest number, from 0 to 1. Not given, 'simple' and 'holt' choose it by past errors. */
  readonly alpha?: number;
  /** The weight of the newest slope, from 0 to 1. Not given, 'holt' chooses it by past errors. */
  readonly beta?: number;
  /** The weight of the newest number in its place of a season, from 0 to 1. */
  readonly gamma?: number;
}

const MAX_HORIZON = 100;
const MAX_SEASON = 480;

/**
 * How a row's number goes on in the group's next windows, with bounds. It is stored with the row, so one query gives what
 * was, what was expected, and what is to come.
 *
 * @example .derive((row) => ({ next: forecast(row.requests, { horizon: 12 }) }))   // row.next.points: [{ value, lower, upper }, …]
 */
export function forecast(of: Num, options: ForecastOptions = {}): Fields<Forecast> {
  checkSettings(options, ['horizon', 'method', 'seasons', 'alpha', 'beta', 'gamma'], 'forecast(…)');
  const { horizon = 10, method = 'auto', seasons } = options;
  wholeNumberFrom(1, horizon, MAX_HORIZON, 'forecast(…): horizon is');
  oneOf(method, METHODS, 'forecast(…): method');
  checkSeasons(seasons, method);
  const points = { kind: 'json', nullable: true } as const;
  return structOfRows({
    kind: 'forecast',
    parameters: { horizon, method, seasons: seasons ?? null, weights: weightsOf(options) } satisfies ForecastParameters,
    operands: [rowOperand(of, 'number', 'forecast(…)')],
    type: { kind: 'struct', fields: { points, method: { kind: 'string', nullable: true } } },
  });
}

const METHODS = ['auto', 'simple', 'holt', 'holtWinters', 'holtWintersMultiplicative', 'regression'] as const;

function checkSeasons(seasons: readonly number[] | undefined, method: Method): void {
  if (seasons === undefined) return;
  if (!Array.isArray(seasons) || seasons.length > 2) {
    throw new DefinitionError(
      `forecast(…): seasons is ${String(seasons)}: it must be a list of at most two numbers of windows.`,
    );
  }
  for (const season of seasons) wholeNumberFrom(2, season, MAX_SEASON, 'forecast(…): a season is');
  if (seasons.length === 2 && (seasons[0] as number) >= (seasons[1] as number)) {
    throw new DefinitionError(`forecast(…): seasons are ${seasons.join(' and ')}: give the shorter one first.`);
  }
  if (seasons.length === 0 && method.startsWith('holtWinters')) {
    throw new DefinitionError(`forecast(…): ${method} needs a season. Give one in seasons, or choose 'holt'.`);
  }
}

function weightsOf({ alpha, beta, gamma }: ForecastOptions): Partial<Weights> {
  const given = Object.entries({ alpha, beta, gamma }).filter(([, weight]) => weight !== undefined);
  for (const [name, weight] of given) rangeSetting(weight, `forecast(…): ${name}`, 0, 1);
  return Object.fromEntries(given);
}

export type ForecastParameters = {
  readonly horizon: number;
  readonly method: Method;
  /** Null is a day and a week, where these are some windows. */
  readonly seasons: readonly number[] | null;
  readonly weights: { readonly alpha?: number; readonly beta?: number; readonly gamma?: number };
};

export const forecastKind: RowOperatorKind<ForecastParameters> = {
  kind: 'forecast',
  version: 1,
  compile: (parameters, _operands, slideMs) => forecastOperator(parameters, slideMs),
  words: ({ horizon }, [operand]) => `forecast of ${operand} for ${horizon} windows`,
};

function forecastOperator(
  { horizon, method, seasons, weights }: ForecastParameters,
  slideMs: number,
): RowOperator<Chosen> {
  const lengths = seasons ?? usualSeasons(slideMs);
  if (lengths.length === 0 && method.startsWith('holtWinters')) {
    throw new DefinitionError(
      `forecast(…): ${method} needs a season, and neither a day nor a week is from 2 to 400 windows of this view. Give one in seasons, or choose 'holt'.`,
    );
  }
  const create = () => chosenForecaster({ method, ahead: Math.ceil(horizon / 2), seasons: lengths, weights });
  return {
    maxStateBytes: create().maxBytes(),
    create,
    step(forecaster, [operand = null]) {
      if (operand === null) forecaster.skip(1);
      else forecaster.learn(operand as number);
      const best = forecaster.best(horizon);
      return { points: best === null ? null : best.points.map((point) => ({ ...point })), method: best?.name ?? null };
    },
    skip(forecaster, count) {
      forecaster.skip(count);
    },
    encode(forecaster, out) {
      forecaster.write(out);
    },
    decode(input) {
      const forecaster = create();
      forecaster.read(input);
      return forecaster;
    },
  };
}

const DAY_MS = 86_400_000;
const LONGEST_USUAL = 400;

function usualSeasons(slideMs: number): number[] {
  if (slideMs <= 0) return [];
  return [DAY_MS / slideMs, (7 * DAY_MS) / slideMs].filter(
    (length) => Number.isSafeInteger(length) && length >= 2 && length <= LONGEST_USUAL,
  );
}
