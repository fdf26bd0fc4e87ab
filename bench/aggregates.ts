import { quantileOperator } from '../engine/aggregates/quantile.ts';
import { MAX_EXACT } from '../engine/aggregates/quantile-sketch.ts';
import { type BuiltInSpec, descriptorOf, operatorFor } from '../engine/aggregates/registry.ts';
import { ByteWriter } from '../engine/bytes/byte-writer.ts';
import { hash32 } from '../engine/hash/hash64.ts';
import type { Value } from '../engine/ir/node.ts';
import { format, median, print } from './measure.ts';

const EVENTS = 1_000_000;
const RESULTS = 100;
const WINDOW_MS = 300_000;

/** Latencies from 1 to 20,000 ms, most of them short. */
const latencies = Array.from({ length: EVENTS }, (_, i) =>
  Math.round(Math.exp((hash32(`latency ${i}`) % 9900) / 1000)),
);
/** A thousand pages, the first of which are the most frequent. */
const pages = Array.from(
  { length: EVENTS },
  (_, i) => `/products/${hash32(`page ${i}`) % (1 + (hash32(`rank ${i}`) % 1000))}`,
);

const NUMBER = { kind: 'number', nullable: false } as const;
const TEXT = { kind: 'string', nullable: false } as const;

/** What one event costs in each aggregate, and what a group's state takes in storage and its result in time. */
export async function benchAggregates(): Promise<void> {
  print();
  print(`Aggregates: ${format(EVENTS)} events of one group`);
  print(
    `  ${''.padEnd(26)} ${'ns an event'.padStart(12)} ${'bytes stored'.padStart(13)} ${'µs a result'.padStart(12)}`,
  );
  const ofNumbers: BuiltInSpec[] = [
    { kind: 'count' },
    { kind: 'sum' },
    { kind: 'max' },
    { kind: 'stddev', of: 'sample' },
    { kind: 'rate' },
    { kind: 'quantile', q: 0.95, relativeError: 0.01 },
    { kind: 'quantile', q: 0.95, relativeError: 0.001 },
    { kind: 'histogram', bounds: [1, 10, 100, 1000, 10_000] },
  ];
  const ofTexts: BuiltInSpec[] = [
    { kind: 'countDistinct', limit: 10_000 },
    { kind: 'approxCountDistinct' },
    { kind: 'topK', k: 10, limit: 10_000 },
  ];
  for (const spec of ofNumbers) await printAggregate(spec, latencies);
  for (const spec of ofTexts) await printAggregate(spec, pages);
  printExactQuantiles();
}

/** What a quantile's state takes up to the number of different values that it counts exactly, and beyond it. */
function printExactQuantiles(): void {
  const kinds: readonly (readonly [string, (latency: number) => number])[] = [
    ['whole', (latency) => Math.round(latency)],
    ['two decimals', (latency) => Math.round(latency * 100) / 100],
    ['any doubles', (latency) => latency],
  ];
  print();
  print('A quantile within 1 %: bytes stored for a group with so many different numbers from 1 to 20,000');
  print(`  ${'numbers'.padStart(8)} ${kinds.map(([name]) => name.padStart(14)).join('')}`);
  for (const different of [1, 10, 100, MAX_EXACT, MAX_EXACT + 1, 1000]) {
    const bytes = kinds.map(([, kind]) => {
      const operator = quantileOperator(0.95, 0.01);
      const state = operator.create();
      const seen = new Set<number>();
      for (let i = 0; seen.size < different; i++) {
        const value = kind(Math.exp((hash32(`number ${i}`) % 990_000) / 100_000));
        if (!seen.has(value)) operator.add(state, value, 0);
        seen.add(value);
      }
      const out = new ByteWriter();
      operator.encode(state, out);
      return out.length;
    });
    print(`  ${format(different).padStart(8)} ${bytes.map((each) => format(each).padStart(14)).join('')}`);
  }
}

async function printAggregate(spec: BuiltInSpec, values: readonly NonNullable<Value>[]): Promise<void> {
  const operator = operatorFor(spec, typeof values[0] === 'number' ? NUMBER : TEXT);
  let state = operator.create();
  const adding = await median(async () => {
    state = operator.create();
    const started = performance.now();
    for (let i = 0; i < values.length; i++) operator.add(state, values[i] as NonNullable<Value>, i);
    return (performance.now() - started) / 1000;
  });
  const result = await median(async () => {
    const started = performance.now();
    for (let i = 0; i < RESULTS; i++) operator.result(state, WINDOW_MS);
    return (performance.now() - started) / 1000;
  });
  const out = new ByteWriter();
  operator.encode(state, out);
  const approximation = descriptorOf(spec).approximation(spec);
  const within = approximation?.kind === 'bounded' ? ` within ${approximation.relativeError * 100} %` : '';
  print(
    `  ${`${spec.kind}${within}`.padEnd(26)} ${format((adding / values.length) * 1e9, 1).padStart(12)} ${format(out.length).padStart(13)} ${format((result / RESULTS) * 1e6, 1).padStart(12)}`,
  );
}
