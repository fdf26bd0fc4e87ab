import { UsageError } from '../../cli/command.ts';

/** A pipeline that comes with streamgauge, and the file that is replayed through it. */
interface Example {
  readonly file: string;
  readonly replay: string;
  /** Events a second: so that something is to be seen within a minute. */
  readonly rate: number;
  /** Events that come at once, before the others at their rate: what detectors have learned from. */
  readonly atOnce: number;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  // An hour of the log is about 119 requests, so a window fills for 4 s. The burst of errors comes after 38 s, the line that is
  // no JSON after 50 s, and the end after a minute and a half.
  weblog: {
    file: 'pipelines/weblog.ts',
    replay: 'requests=examples/weblog/access-log.jsonl.gz',
    rate: 30,
    atOnce: 7400,
  },
  sensors: {
    file: 'pipelines/sensors.ts',
    replay: 'readings=examples/sensors/readings.jsonl.gz',
    rate: 100,
    atOnce: 0,
  },
  'cloud-metrics': {
    file: 'pipelines/cloud-metrics.ts',
    replay: 'metrics=examples/cloud-metrics/metrics.jsonl.gz',
    rate: 1000,
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
