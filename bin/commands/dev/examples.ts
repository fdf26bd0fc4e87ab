import { UsageError } from '../../cli/command.ts';

/** A pipeline that comes with streamgauge, and the files that are replayed through it, one a stream. */
interface Example {
  readonly file: string;
  readonly replays: readonly string[];
  /** Events a second of each file: so that something is to be seen within a minute. */
  readonly rate: number;
  /** Events that come at once, before the others at their rate: what detectors have learned from. */
  readonly atOnce: number;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  // An hour of the log is about 119 requests, so a window fills for 4 s. The burst of errors comes after 38 s, the line that is
  // no JSON after 50 s, and the end after a minute and a half.
  weblog: {
    file: 'pipelines/weblog.ts',
    replays: ['requests=examples/weblog/access-log.jsonl.gz'],
    rate: 30,
    atOnce: 7400,
  },
  sensors: {
    file: 'pipelines/sensors.ts',
    replays: ['readings=examples/sensors/readings.jsonl.gz'],
    rate: 100,
    atOnce: 0,
  },
  'cloud-metrics': {
    file: 'pipelines/cloud-metrics.ts',
    replays: ['metrics=examples/cloud-metrics/metrics.jsonl.gz'],
    rate: 1000,
    atOnce: 0,
  },
  // The day's first alert comes after 14 s: logins are attacked from 9:07 on.
  risk: {
    file: 'pipelines/risk.ts',
    replays: ['transactions', 'logins', 'order_events'].map((name) => `${name}=examples/risk/${name}.jsonl.gz`),
    rate: 8,
    atOnce: 0,
  },
  shop: {
    file: 'pipelines/shop.ts',
    replays: ['clicks', 'orders'].map((name) => `${name}=examples/shop/${name}.jsonl.gz`),
    rate: 20,
    atOnce: 0,
  },
  // The block of 16:10 comes after 35 s, the jump of 16:35 after 43 s, and the fall of 17:10 after 56 s.
  market: {
    file: 'pipelines/market.ts',
    replays: ['trades', 'quotes'].map((name) => `${name}=examples/market/${name}.jsonl.gz`),
    rate: 50,
    atOnce: 0,
  },
};

export const EXAMPLE_NAMES = Object.keys(EXAMPLES);
export const DEFAULT_EXAMPLE = 'weblog';

/** Throws a `UsageError` that names those that there are. */
export function exampleNamed(name: string): Example {
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (example !== undefined) return example;
  throw new UsageError(
    `There is no example '${name}'. There is ${EXAMPLE_NAMES.join(', ')}. A pipeline of your own is named by its file: streamgauge dev PIPELINE.ts.`,
  );
}
