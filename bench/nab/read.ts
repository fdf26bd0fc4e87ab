import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import type { LabelledSeries } from './score.ts';

export class BenchError extends StreamgaugeError {
  override readonly name = 'BenchError';
  readonly code = 'bench';
}

export type Labels = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** The lines of a file, plain or gzipped, without its header. */
function rowsOf(path: string): string[][] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

/** Of a folder of folders of CSV files: each as `folder/file.csv`, with its path. */
function csvFiles(folder: string): { readonly name: string; readonly path: string }[] {
  const inside = (each: string) => readdirSync(join(folder, each), { withFileTypes: true }).filter((e) => e.isFile());
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: each }) => inside(each).map(({ name }) => ({ each, file: name })))
    .filter(({ file }) => /\.csv(\.gz)?$/.test(file))
    .map(({ each, file }) => ({ name: `${each}/${file.replace(/\.gz$/, '')}`, path: join(folder, each, file) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All series below a folder: `timestamp,value` a row, `2014-04-01 00:05:00`, UTC. Without labels none has windows. */
export function readSeries(folder: string, labels: Labels | null): LabelledSeries[] {
  const files = csvFiles(folder);
  if (files.length === 0)
    throw new BenchError(`There is no CSV file in a folder below '${folder}'. Name a folder of folders.`);
  return files.map(({ name, path }) => {
    const rows = rowsOf(path);
    const timesMs = rows.map(([time = '']) => instant(time));
    const values = rows.map(([, value]) => Number(value));
    const bad = values.findIndex((value, i) => !Number.isFinite(value) || !Number.isFinite(timesMs[i]));
    if (bad >= 0) throw new BenchError(`'${path}', line ${bad + 2}: '${rows[bad]?.join()}' is no time and number.`);
    return { name, values, timesMs, windows: labels === null ? [] : windowsOf(name, timesMs, labels) };
  });
}

/** Scores that a detector left, in a column of files named like the series, or `detector_file.csv` as the benchmark does. */
export function readScores(folder: string, series: readonly LabelledSeries[]): number[][] {
  const files = csvFiles(folder);
  return series.map(({ name }) => {
    const [place = '', file = ''] = name.split('/');
    const found = files.find(
      (each) => each.name === name || (each.name.startsWith(`${place}/`) && each.name.endsWith(`_${file}`)),
    );
    if (found === undefined) throw new BenchError(`'${folder}' has no scores of '${name}'.`);
    return scoresIn(found.path);
  });
}

function scoresIn(path: string): number[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const header = text.slice(0, text.indexOf('\n')).trim().split(',');
  const column = header.includes('anomaly_score') ? header.indexOf('anomaly_score') : header.length - 1;
  return rowsOf(path).map((row) => Number(row[column]));
}

function instant(text: string): number {
  return Date.parse(`${text.trim().replace(' ', 'T').replace(/\.0+$/, '')}Z`);
}

function windowsOf(name: string, timesMs: readonly number[], labels: Labels): [number, number][] {
  const own = labels[name];
  if (own === undefined) throw new BenchError(`The labels have no entry for '${name}'.`);
  return own.map(([from, to]) => {
    const rows: [number, number] = [timesMs.indexOf(instant(from)), timesMs.indexOf(instant(to))];
    if (rows.includes(-1))
      throw new BenchError(`A label of '${name}', ${from} to ${to}, begins or ends at no row of it.`);
    return rows;
  });
}
