import type { Format } from '../engine/dsl/format.ts';
import type { Pipeline } from '../engine/dsl/pipeline.ts';
import { approxCountDistinct, count, pipeline, stream, Timestamp, Type, tumbling, view } from '../engine/index.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { clickLines, packed } from './events.ts';
import { cpuMicroseconds } from './figures.ts';
import { Bench, CompiledBench, format, print } from './measure.ts';
import { clicksIn, pagesOf } from './pipeline.ts';
import { printBesideJsonParse } from './yardstick.ts';

const EVENTS = 40_000;
const PER_RECORD = 100;
const RECORDS_PER_BATCH = 200;

/**
 * The same clicks in each format, through the first stage in memory, beside bare `JSON.parse` of them as JSON, in alternating turns.
 * An access log has no user, and so other fields: its lines are as long.
 */
export async function benchFormats(): Promise<void> {
  const lines = clickLines({ events: EVENTS, pages: 1000 });
  const clicks = lines.map((line) => JSON.parse(line) as Click);
  const runs = new Map<string, () => Promise<number>>();
  for (const [name, { of, header = null, row }] of Object.entries(FORMATS)) {
    const plan = compilePipeline(pipelineDefinition(of, 'bench/formats.ts'));
    const head = Buffer.from(header === null ? '' : `${header}\n`);
    const records = packed(clicks.map(row), PER_RECORD, (rows) => Buffer.concat([head, rows]));
    runs.set(name, async () => {
      const bench = new Bench(new CompiledBench(plan));
      const started = process.cpuUsage();
      await bench.aggregate(records, RECORDS_PER_BATCH);
      return cpuMicroseconds(started) / 1e6;
    });
  }
  print();
  print(
    `Formats: ${format(EVENTS)} events, 1,000 groups, ${PER_RECORD} a record, batches of ${format(RECORDS_PER_BATCH * PER_RECORD)} events`,
  );
  await printBesideJsonParse(lines, runs);
}

interface Click {
  readonly event_id: string;
  readonly user_id: string;
  readonly page_url: string;
  readonly action: string;
  readonly referrer: string | null;
  readonly timestamp: string;
}

/** Clicks in a format. */
interface Written {
  readonly of: Pipeline;
  readonly header?: string;
  row(click: Click): string;
}

const NAMES = ['event_id', 'user_id', 'page_url', 'action', 'referrer', 'timestamp'] as const;
const cells = (click: Click) => NAMES.map((name) => click[name] ?? '');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const quoted = (cell: string) => `"${cell}"`;

const FORMATS: Readonly<Record<string, Written>> = {
  JSON: { of: clicksOf('json'), row: (click) => JSON.stringify(click) },
  CSV: { of: clicksOf('csv'), header: NAMES.join(','), row: (click) => cells(click).join(',') },
  'CSV, all fields in quotes': {
    of: clicksOf('csv'),
    header: NAMES.join(','),
    row: (click) => cells(click).map(quoted).join(','),
  },
  TSV: { of: clicksOf('tsv'), header: NAMES.join('\t'), row: (click) => cells(click).join('\t') },
  logfmt: {
    of: clicksOf('logfmt'),
    row: (click) => NAMES.map((name) => `${name}=${quoted(click[name] ?? '')}`).join(' '),
  },
  "Apache's combined log": { of: requests(), row: requestLine },
};

function requestLine({ user_id, page_url, action, referrer, timestamp }: Click): string {
  const [year, month, day] = timestamp.slice(0, 10).split('-');
  const time = `${day}/${MONTHS[Number(month) - 1]}/${year}:${timestamp.slice(11, 19)} +0000`;
  const [status, from] = [action === 'click' ? 302 : 200, referrer ?? '-'];
  return `203.0.113.9 - ${user_id} [${time}] "GET ${page_url} HTTP/1.1" ${status} 512 "${from}" "Mozilla/5.0 (X11; Linux x86_64)"`;
}

function clicksOf(format: Format): Pipeline {
  return pipeline('clicks', [pagesOf(clicksIn(format))]);
}

function requests(): Pipeline {
  const log = stream('requests', {
    schema: Type.Object({
      time: Timestamp('iso8601'),
      user: Type.String(),
      url: Type.String(),
      status: Type.Integer(),
      referrer: Type.Optional(Type.String()),
    }),
    format: 'apache-combined',
    eventTime: 'time',
    partitionKey: 'user',
    maxLateness: '10 seconds',
  });
  const pages = view('pages_5min', log)
    .derive((e) => ({ page: e.url.urlPath() }))
    .window(tumbling('5 minutes'))
    .groupBy('page')
    .aggregate((e) => ({
      views: count(),
      clicks: count().where(e.status.eq(302)),
      users: approxCountDistinct(e.user),
    }));
  return pipeline('requests', [pages]);
}

if (import.meta.main) await benchFormats();
