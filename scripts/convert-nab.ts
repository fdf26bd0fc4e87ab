import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const HELP = `Turn a folder of the Numenta Anomaly Benchmark into the events of pipelines/cloud-metrics.ts.

Usage: node scripts/convert-nab.ts FOLDER LABELS.json OUT

Writes OUT/metrics.jsonl.gz: each row of each file as { metric, value, at }, in the order of time, and of one time in that of
the files' names; and OUT/labels.json: of each metric the spans in which people found anomalies. The same input always gives
the same bytes.
`;

interface Reading {
  readonly metric: string;
  readonly value: number;
  readonly at: string;
}

function main([folder, labels, out]: readonly string[]): void {
  if (folder === undefined || labels === undefined || out === undefined) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  const files = readdirSync(folder).filter((name) => /\.csv(\.gz)?$/.test(name));
  const readings = files.sort().flatMap((name) => readingsOf(join(folder, name)));
  readings.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  writeFileSync(
    join(out, 'metrics.jsonl.gz'),
    gzipSync(`${readings.map((each) => JSON.stringify(each)).join('\n')}\n`),
  );
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>;
  const ofFolder = Object.entries(windows).filter(([path]) => path.startsWith(`${basename(folder)}/`));
  const spans = ofFolder.map(([path, each]) => [metricOf(path), each.map((span) => span.map(instantOf))]);
  writeFileSync(join(out, 'labels.json'), `${JSON.stringify(Object.fromEntries(spans), null, 1)}\n`);
}

function readingsOf(file: string): Reading[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [, ...rows] = text.trim().split(/\r?\n/);
  return rows.map((row) => {
    const [time = '', value = ''] = row.split(',');
    return { metric: metricOf(file), value: Number(value), at: instantOf(time) };
  });
}

const metricOf = (path: string) => basename(path).replace(/\.csv(\.gz)?$/, '');

/** The benchmark's times have no zone; they are taken for UTC. */
const instantOf = (text: string) => `${text.slice(0, 19).replace(' ', 'T')}Z`;

main(process.argv.slice(2));
