import { checkOptions, type EventGenerator, type GenerateOptions } from './generator.ts';
import { Random } from './random.ts';
import { TimeQueue } from './time-queue.ts';

const DEFAULTS: GenerateOptions = {
  events: 5760,
  seed: 1,
  disorderMs: 30_000,
  startMs: Date.UTC(2026, 0, 5),
  // Each of twelve series once a minute.
  ratePerSecond: 0.2,
};

interface Metric {
  readonly name: string;
  readonly mean: number;
  /** How far the day moves it to either side, and how far chance does. */
  readonly swing: number;
  readonly noise: number;
}

const METRICS: readonly Metric[] = [
  { name: 'temperature', mean: 21, swing: 4, noise: 0.15 },
  { name: 'humidity', mean: 45, swing: 8, noise: 0.6 },
];
const SENSORS = 6;
const DAY_MS = 86_400_000;

/** One reading in so many is off by this many times the noise: what a detector is to find. */
const [SPIKE_ONE_IN, SPIKE_NOISES] = [400, 14];

export const sensorsGenerator: EventGenerator = {
  name: 'sensors',
  stream: 'readings',
  summary: 'temperature and humidity of six sensors over the day, with a false reading now and then',
  defaults: DEFAULTS,
  generate: generateSensors,
};

/**
 * Events for `pipelines/sensors.ts`: the series report in turn, evenly, each as a wave of a day with noise.
 *
 * @throws GenerateOptionError where an option is out of its bounds: at once, not at the first line.
 */
export function generateSensors(options: Partial<GenerateOptions> = {}): Iterable<string> {
  const complete = { ...DEFAULTS, ...options };
  checkOptions(complete);
  return { [Symbol.iterator]: () => lines(complete) };
}

function* lines({ events, seed, disorderMs, startMs, ratePerSecond }: GenerateOptions): Generator<string, void> {
  const random = new Random(seed);
  const waiting = new TimeQueue<string>();
  for (let index = 0; index < events; index++) {
    const timeMs = startMs + Math.floor((index * 1000) / ratePerSecond);
    while (waiting.nextMs <= timeMs) yield waiting.pop() as string;
    waiting.push(timeMs + random.below(disorderMs + 1), readingLine(index, timeMs, random));
  }
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) yield line;
}

function readingLine(index: number, timeMs: number, random: Random): string {
  const series = index % (SENSORS * METRICS.length);
  const sensor = Math.floor(series / METRICS.length);
  const metric = METRICS[series % METRICS.length] as Metric;
  const phase = (2 * Math.PI * (timeMs % DAY_MS)) / DAY_MS + sensor / SENSORS;
  const bell = Array.from({ length: 4 }, () => random.fraction() - 0.5).reduce((sum, part) => sum + part, 0);
  const spike = random.chance(1 / SPIKE_ONE_IN) ? random.pick([-SPIKE_NOISES, SPIKE_NOISES]) : 0;
  const value = metric.mean - metric.swing * Math.cos(phase) + metric.noise * (1.7 * bell + spike);
  return JSON.stringify({
    sensor: `sensor-${sensor + 1}`,
    metric: metric.name,
    value: Math.round(value * 100) / 100,
    at: new Date(timeMs).toISOString(),
  });
}
