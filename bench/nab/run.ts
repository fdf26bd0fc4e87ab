import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { probabilityOf, thresholdOf } from '../../engine/detectors/auto/calibration.ts';
import { calibrated } from './calibrate.ts';
import { DETECTORS, scored, type WarmUp } from './detectors.ts';
import { jittered } from './jitter.ts';
import { madeUp } from './made-up.ts';
import { BenchError, type Labels, readScores, readSeries } from './read.ts';
import { type LabelledSeries, NabScorer, PROFILES } from './score.ts';
import { type SeriesSet, tables } from './tables.ts';

const HELP = `npm run bench:nab -- --data DIR [--detector NAME] [--corpus] [--tables] [--labels FILE] [--threshold T] [--out DIR] [--scores DIR]

Runs a detector as a stream over each CSV file in the folders below DIR, one row at a time, and prints its score in the
Numenta Anomaly Benchmark: with the best threshold on these files, as the benchmark has it, and with one chosen beforehand.

  --data DIR        folders of files with the columns timestamp,value; plain or gzipped
  --detector NAME   ${Object.keys(DETECTORS).join(', ')}; all unless said
  --corpus          scores jittered copies of the files and made-up series too, on which auto is tuned, and calibrates it
  --tables          prints tables instead: the detectors, and auto's parts; those of docs/detection-bench.md with --corpus
  --labels FILE     combined_windows.json; ../labels/combined_windows.json beside the data unless said
  --threshold T     the threshold chosen beforehand; the default sensitivity's unless said
  --out DIR         writes DIR/<detector>/<warm-up>/<folder>/<file>.csv: timestamp, value, score
  --scores DIR      scores the files of another detector instead

Example: npm run bench:nab -- --data ../shared/data/nab/data --detector auto --out out/nab
`;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    detector: { type: 'string' },
    corpus: { type: 'boolean' },
    tables: { type: 'boolean' },
    labels: { type: 'string' },
    threshold: { type: 'string' },
    out: { type: 'string' },
    scores: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

const DEFAULT_THRESHOLD = 1 - probabilityOf(thresholdOf(0.5));

function main(): void {
  if (options.help || options.data === undefined) {
    process.stdout.write(HELP);
    process.exitCode = options.help ? 0 : 2;
    return;
  }
  const labelsFile = options.labels ?? join(options.data, '..', 'labels', 'combined_windows.json');
  const labels = existsSync(labelsFile) ? (JSON.parse(readFileSync(labelsFile, 'utf8')) as Labels) : null;
  const series = readSeries(options.data, labels);
  const sets = setsOf(series);
  for (const { title, series: some } of sets) print(`${title}: ${sizeOf(some)}`);
  if (options.scores !== undefined) {
    report(options.scores, series, readScores(options.scores, series), Number(options.threshold ?? 0.5));
    return;
  }
  if (options.tables) {
    print();
    for (const line of tables(sets, detectorNames(), Number(options.threshold ?? DEFAULT_THRESHOLD))) print(line);
    return;
  }
  for (const name of detectorNames()) {
    for (const warmUp of ['benchmark', 'default'] as const) for (const set of sets) run(name, warmUp, set);
    if (options.corpus && name.startsWith('auto')) calibrate(name, sets.slice(1));
  }
}

function setsOf(series: readonly LabelledSeries[]): SeriesSet[] {
  const files = { title: 'files', series };
  if (!options.corpus) return [files];
  return [files, { title: 'jittered', series: jittered(series) }, { title: 'made-up', series: madeUp() }];
}

function detectorNames(): readonly string[] {
  const { detector } = options;
  if (detector === undefined) return Object.keys(DETECTORS);
  if (Object.hasOwn(DETECTORS, detector)) return [detector];
  throw new BenchError(`There is no detector '${detector}'. There are ${Object.keys(DETECTORS).join(', ')}.`);
}

function run(name: string, warmUp: WarmUp, { title, series }: SeriesSet): void {
  const { rows, microsecondsARow, maxStateBytes } = scored(name, series, warmUp);
  const scores = rows.map((each) => each.map(({ score }) => score));
  const alarms = rows.flat().filter((row) => row.is_anomaly);
  const least = alarms.reduce((low, { score }) => Math.min(low, score), 2);
  const threshold = options.threshold === undefined ? least : Number(options.threshold);
  report(`${name}, warm-up: ${warmUp}, ${title}`, series, scores, threshold);
  print(`  ${alarms.length} alarms, ${microsecondsARow.toFixed(1)} µs a row, ${maxStateBytes} bytes of state at most`);
  if (options.out !== undefined && title === 'files') writeScores(join(options.out, name, warmUp), series, scores);
}

/** Prints how rare each evidence is, of which `engine/detectors/auto/calibration.ts` has the line. */
function calibrate(name: string, sets: readonly SeriesSet[]): void {
  const series = sets.flatMap((set) => set.series);
  const scores = scored(name, series, 'default').rows.map((rows) => rows.map(({ score }) => score));
  const { rarities, often, rarer } = calibrated(series, scores);
  print();
  print(`${name}, usual rows of the corpus: one in 10^(${often.toFixed(2)} + ${rarer.toFixed(3)} s) has evidence s`);
  for (const { evidence, share } of rarities) {
    print(`  ${String(evidence).padStart(2)}: one in ${share === 0 ? 'none' : Math.round(1 / share)}`);
  }
}

function report(
  title: string,
  series: readonly LabelledSeries[],
  scores: readonly number[][],
  threshold: number,
): void {
  print();
  print(title);
  const scorer = new NabScorer(series, scores);
  for (const profile of PROFILES) {
    const best = scorer.best(profile);
    const fixed = scorer.at(threshold, profile);
    print(
      `  ${profile.name.padEnd(20)} best ${best.normalised.toFixed(2).padStart(6)} (raw ${best.raw.toFixed(6)}, at ${best.threshold})` +
        `   at ${threshold} ${fixed.normalised.toFixed(2).padStart(6)}`,
    );
  }
}

function writeScores(folder: string, series: readonly LabelledSeries[], scores: readonly number[][]): void {
  series.forEach(({ name, timesMs, values }, i) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const rows = values.map((value, row) => {
      const time = new Date(timesMs[row] as number).toISOString().slice(0, 19).replace('T', ' ');
      return `${time},${value},${scores[i]?.[row]}`;
    });
    writeFileSync(path, `timestamp,value,score\n${rows.join('\n')}\n`);
  });
}

function sizeOf(series: readonly LabelledSeries[]): string {
  const rows = series.reduce((sum, { values }) => sum + values.length, 0);
  const labels = series.reduce((sum, { windows }) => sum + windows.length, 0);
  return `${series.length} series, ${rows} rows, ${labels} labels`;
}

function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
