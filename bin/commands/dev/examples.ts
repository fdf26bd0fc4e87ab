import { UsageError } from '../../cli/command.ts';

/** A pipeline that comes with streamgauge, and the file that is replayed through it. */
interface Example {
  readonly file: string;
  readonly replay: string;
  /** Events a second: so that something is to be seen within a minute. */
  readonly rate: number;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  weblog: { file: 'pipelines/weblog.ts', replay: 'requests=examples/weblog/access-log.jsonl.gz', rate: 250 },
  sensors: { file: 'pipelines/sensors.ts', replay: 'readings=examples/sensors/readings.jsonl.gz', rate: 100 },
  'cloud-metrics': {
    file: 'pipelines/cloud-metrics.ts',
    replay: 'metrics=examples/cloud-metrics/metrics.jsonl.gz',
    rate: 1000,
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
