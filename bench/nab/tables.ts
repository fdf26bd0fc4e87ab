import { autoWith } from '../../engine/detectors/auto/auto.ts';
import { type PartName, WEIGHTS, type Weights } from '../../engine/detectors/auto/parts-sum.ts';
import { DEFAULT_WARM_UP, scored } from './detectors.ts';
import { type LabelledSeries, NabScorer, PROFILES, type Profile } from './score.ts';

/** Series that are scored together, under a title. */
export interface SeriesSet {
  readonly title: string;
  readonly series: readonly LabelledSeries[];
}

type Scores = readonly (readonly number[])[];
const [STANDARD, LOW_FALSE_ALARMS] = PROFILES as [Profile, Profile, Profile];
/** A part alone needs a weight at which its evidence reaches the threshold. */
const ALONE = 3;

/** Lines of Markdown: detectors on each set, and each part of auto left out and alone. `threshold` is auto's. */
export function* tables(
  sets: readonly SeriesSet[],
  detectors: readonly string[],
  threshold: number,
): Generator<string> {
  yield* detectorTable(sets, detectors, threshold);
  if (!detectors.includes('auto')) return;
  yield '';
  yield* partTable(sets);
}

function* detectorTable(
  sets: readonly SeriesSet[],
  detectors: readonly string[],
  threshold: number,
): Generator<string> {
  const head = sets.map(({ title }) => ` ${title} |`).join('');
  const rule = '---|'.repeat(sets.length);
  yield `| detector |${head} bytes at most | µs a row |`;
  yield `|---|${rule}---|---|`;
  for (const name of detectors) {
    const runs = sets.map(({ series }) => scored(name, series, 'default'));
    const cells = runs.map(({ rows }, i) => {
      const scores = rows.map((each) => each.map(({ score }) => score));
      return ` ${cell(sets[i] as SeriesSet, scores, name.startsWith('auto') ? threshold : null)} |`;
    });
    const slowest = Math.max(...runs.map(({ microsecondsARow }) => microsecondsARow));
    yield `| ${name} |${cells.join('')} ${runs[0]?.maxStateBytes} | ${slowest.toFixed(1)} |`;
  }
}

function* partTable(sets: readonly SeriesSet[]): Generator<string> {
  yield `| part of auto |${sets.map(({ title }) => ` ${title}, left out | alone |`).join('')}`;
  yield `|---|${'---|---|'.repeat(sets.length)}`;
  for (const part of Object.keys(WEIGHTS) as PartName[]) {
    const cells = sets.map((set) => {
      const without = scoresWith({ ...WEIGHTS, [part]: 0 }, set);
      const alone = scoresWith(onlyOf(part), set);
      return ` ${cell(set, without, null)} | ${cell(set, alone, null)} |`;
    });
    yield `| ${part} |${cells.join('')}`;
  }
}

/** Standard and low false alarms: with the best threshold, and in brackets with one chosen beforehand. */
function cell({ series }: SeriesSet, scores: Scores, threshold: number | null): string {
  const scorer = new NabScorer(series, scores);
  const both = (of: (profile: Profile) => number) =>
    [STANDARD, LOW_FALSE_ALARMS].map((profile) => of(profile).toFixed(1)).join(' / ');
  const best = both((profile) => scorer.best(profile).normalised);
  return threshold === null ? best : `${best} (${both((profile) => scorer.at(threshold, profile).normalised)})`;
}

function onlyOf(part: PartName): Weights {
  const none = Object.fromEntries(Object.keys(WEIGHTS).map((name) => [name, 0]));
  return { ...(none as Record<PartName, number>), [part]: ALONE };
}

function scoresWith(weights: Weights, { series }: SeriesSet): Scores {
  return series.map(({ values, timesMs }) => {
    const detector = autoWith({ sensitivity: 0.5, memory: 8, warmUp: DEFAULT_WARM_UP }, weights);
    return values.map((value, i) => detector.step(value, timesMs[i] as number).score);
  });
}
