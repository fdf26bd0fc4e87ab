import { type Candidate, Chosen } from './chosen.ts';
import type { Forecaster } from './forecaster.ts';
import { SeasonalRegression } from './seasonal-regression.ts';
import { Smoothing, type Weights } from './smoothing.ts';

/** How forecasts are made. */
export type Method = 'auto' | 'simple' | 'holt' | 'holtWinters' | 'holtWintersMultiplicative' | 'regression';

export interface MethodOptions {
  readonly method: Method;
  /** Rows ahead that the choice of a method goes by. */
  readonly ahead: number;
  /** Lengths in rows, the shortest first; none for what does not come round. */
  readonly seasons: readonly number[];
  /** Weights that are given; those that are not are fitted, or have a value that is good for most series. */
  readonly weights: Partial<Weights>;
}

const SIMPLE: Weights = { alpha: 0.3, beta: 0, damping: 1, gamma: 0 };
const HOLT: Weights = { alpha: 0.3, beta: 0.1, damping: 0.98, gamma: 0 };
const WINTERS: Weights = { alpha: 0.1, beta: 0.01, damping: 0.98, gamma: 0.15 };

/** The regression was the best of most series that were tried: another must be better by that much. */
const HANDICAP = 1.2;
/** What fitted weights are chosen from. */
const ALPHAS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8] as const;
const BETAS = [0.02, 0.1, 0.3] as const;

/** The forecasters of a method: of several the best so far is taken. */
export function chosenForecaster(options: MethodOptions): Chosen {
  return new Chosen(candidatesOf(options), options.ahead);
}

function candidatesOf(options: MethodOptions): readonly Candidate[] {
  const { method, seasons } = options;
  switch (method) {
    case 'simple':
      return fitted('simple', SIMPLE, options, ALPHAS, [0]);
    case 'holt':
      return fitted('holt', HOLT, options, ALPHAS, BETAS);
    case 'holtWinters':
      return [winters(options, false)];
    case 'holtWintersMultiplicative':
      return [winters(options, true)];
    case 'regression':
      return [named('regression', new SeasonalRegression(seasons))];
    case 'auto':
      return [
        named('simple', smoothing(SIMPLE)),
        named('holt', smoothing(HOLT)),
        ...(seasons.length === 0 ? [] : [winters(options, false), winters(options, true)]),
        named('regression', new SeasonalRegression(seasons)),
      ];
  }
}

/** One forecaster for each choice of the weights that are not given. */
function fitted(
  name: string,
  usual: Weights,
  { weights }: MethodOptions,
  alphas: readonly number[],
  betas: readonly number[],
): readonly Candidate[] {
  const chosenFrom = (given: number | undefined, all: readonly number[]) => (given === undefined ? all : [given]);
  return chosenFrom(weights.alpha, alphas).flatMap((alpha) =>
    chosenFrom(weights.beta, betas).map((beta) => named(name, smoothing({ ...usual, ...weights, alpha, beta }))),
  );
}

function winters({ seasons, weights }: MethodOptions, isMultiplicative: boolean): Candidate {
  const name = isMultiplicative ? 'holtWintersMultiplicative' : 'holtWinters';
  return named(name, new Smoothing({ weights: { ...WINTERS, ...weights }, seasons, isMultiplicative }));
}

function smoothing(weights: Weights): Smoothing {
  return new Smoothing({ weights, seasons: [], isMultiplicative: false });
}

function named(name: string, forecaster: Forecaster): Candidate {
  return { name, forecaster, handicap: name === 'regression' ? 1 : HANDICAP };
}
