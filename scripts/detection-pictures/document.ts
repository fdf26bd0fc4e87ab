import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSeries } from './draw-series.ts';
import { tallyOf, type Watched, watchCloudMetrics } from './watch.ts';

const DOCUMENT = 'docs/detection.md';
/** What each picture is there to show. */
const PICTURES: Readonly<Record<string, string>> = {
  'docs/images/detection-hits.svg': 'rds_cpu_utilization_e47b3b',
  'docs/images/detection-misses.svg': 'iio_us-east-1_i-a2eb1cd9_NetworkIn',
  'docs/images/detection-false-alarms.svg': 'ec2_cpu_utilization_c6585a',
};
const [BEGIN, END] = ['<!-- detection: cloud-metrics -->\n', '<!-- end -->'];

/** The files that the documentation of detection is made of, as the detector gives them now. */
export function detectionFiles(root: string): ReadonlyMap<string, string> {
  const watched = watchCloudMetrics(root);
  const pictures = Object.entries(PICTURES).map(([file, metric]): [string, string] => [
    file,
    drawSeries(watched.find((each) => each.metric === metric) as Watched),
  ]);
  const text = readFileSync(join(root, DOCUMENT), 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  return new Map([...pictures, [DOCUMENT, before + BEGIN + tableOf(watched) + rest.slice(rest.indexOf(END))]]);
}

function tableOf(watched: readonly Watched[]): string {
  const rows = watched.map((each) => {
    const { found, missed, falseAlarms } = tallyOf(each);
    return `| \`${each.metric}\` | ${each.rows.length} | ${found} | ${missed} | ${falseAlarms} |\n`;
  });
  const all = watched.map(tallyOf);
  const sum = (of: 'found' | 'missed' | 'falseAlarms') => all.reduce((total, tally) => total + tally[of], 0);
  const total = watched.reduce((count, { rows: each }) => count + each.length, 0);
  return [
    '| metric | rows | found | missed | false alarms |\n|---|---|---|---|---|\n',
    ...rows,
    `| all | ${total} | ${sum('found')} | ${sum('missed')} | ${sum('falseAlarms')} |\n`,
  ].join('');
}
