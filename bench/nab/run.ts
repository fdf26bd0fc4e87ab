import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DETECTORS, scoresOf, type WarmUp } from './detectors.ts';
import { BenchError, type Labels, readScores, readSeries } from './read.ts';
import { type LabelledSeries, NabScorer, PROFILES } from './score.ts';

const HELP = `npm run bench:nab -- --data DIR [--detector NAME] [--labels FILE] [--threshold T] [--out DIR] [--scores DIR]

Runs a detector as a stream over each CSV file in the folders below DIR, one row at a time, and prints its score in the
Numenta Anomaly Benchmark: with the best threshold on these files, as the benchmark has it, and with one chosen beforehand.

  --data DIR        folders of files with the columns timestamp,value; plain or gzipped
  --detector NAME   ${Object.keys(DETECTORS).join(', ')}; all unless said
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
    labels: { type: 'string' },
    threshold: { type: 'string' },
    out: { type: 'string' },
    scores: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

function main(): void {
  if (options.help || options.data === undefined) {
    process.stdout.write(HELP);
    process.exitCode = options.help ? 0 : 2;
    return;
  }
  const labelsFile = options.labels ?? join(options.data, '..', 'labels', 'combined_windows.json');
  const labels = existsSync(labelsFile) ? (JSON.parse(readFileSync(labelsFile, 'utf8')) as Labels) : null;
  const series = readSeries(options.data, labels);
  print(
    `${series.length} files, ${count(series)} rows, ${series.reduce((sum, { windows }) => sum + windows.length, 0)} labels`,
  );
  if (options.scores !== undefined) {
    report(options.scores, series, readScores(options.scores, series), Number(options.threshold ?? 0.5));
    return;
  }
  const names = options.detector === undefined ? Object.keys(DETECTORS) : [options.detector];
  for (const name of names) {
    if (!Object.hasOwn(DETECTORS, name)) {
      throw new BenchError(`There is no detector '${name}'. There are ${Object.keys(DETECTORS).join(', ')}.`);
    }
    for (const warmUp of ['benchmark', 'default'] as const) run(name, warmUp, series);
  }
}

function run(name: string, warmUp: WarmUp, series: readonly LabelledSeries[]): void {
  const started = performance.now();
  const verdicts = series.map((each) => scoresOf(name, each, warmUp));
  const microseconds = ((performance.now() - started) * 1000) / count(series);
  const scores = verdicts.map((rows) => rows.map(({ score }) => score));
  const alarms = verdicts.flat().filter((row) => row.is_anomaly);
  const least = Math.min(
    2,
    alarms.reduce((low, { score }) => Math.min(low, score), 2),
  );
  const threshold = options.threshold === undefined ? least : Number(options.threshold);
  report(`${name}, warm-up: ${warmUp}`, series, scores, threshold);
  print(`  ${alarms.length} alarms, ${microseconds.toFixed(1)} µs a row`);
  if (options.out !== undefined) writeScores(join(options.out, name, warmUp), series, scores);
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

function count(series: readonly LabelledSeries[]): number {
  return series.reduce((sum, { values }) => sum + values.length, 0);
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
