import { ByteReader } from '../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../engine/bytes/byte-writer.ts';
import type { AnyRowOperatorNode } from '../../engine/ir/node.ts';
import type { Anomaly } from '../../engine/row-operators/detection.ts';
import { rowOperatorOf } from '../../engine/row-operators/registry.ts';
import type { RowOperator } from '../../engine/row-operators/row-operator.ts';
import { type LabelledSeries, probation } from './score.ts';

/** Rows of warm-up: the benchmark's own, or the default, which is all that a stream has. */
export type WarmUp = 'benchmark' | 'default';

export const DEFAULT_WARM_UP = 50;

type Parameters = AnyRowOperatorNode['parameters'];
const auto = (memory: 4 | 8 | 16 | 64) => (warmUp: number) => ({
  kind: 'anomaly',
  parameters: { sensitivity: 0.5, memory, warmUp },
});

type Chosen = { readonly kind: string; readonly parameters: Parameters };
const plain = (kind: string, parameters: Parameters) => (): Chosen => ({ kind, parameters });

/** The detectors that the bench runs, by name: row operators as a view has them. Users choose auto of 8 or 16 KB. */
export const DETECTORS: Readonly<Record<string, (warmUp: number) => Chosen>> = {
  auto: auto(8),
  'auto-4': auto(4),
  'auto-16': auto(16),
  'auto-64': auto(64),
  zScore: plain('zScore', { rows: 10, spanMs: null, threshold: 2 }),
  ewma: plain('ewma', { alpha: 0.2, threshold: 3 }),
  robust: plain('robust', { rows: 30, threshold: 3.5 }),
  seasonal: plain('seasonal', { threshold: 3 }),
  changePoint: plain('changePoint', { rows: 60, falseAlarms: 0.001 }),
};

const MINUTES_5 = 300_000;
/** The operator's state goes through its codec so often, in rows: what a pipeline does between two calls. */
const STORED_EVERY = 500;

export interface Scored {
  /** What the detector said, a list for each series. */
  readonly rows: readonly (readonly Anomaly[])[];
  /** CPU time, state through its codec included. */
  readonly microsecondsARow: number;
  readonly maxStateBytes: number;
}

/** Runs a detector over series as a stream does: one row at a time, told neither length nor range nor labels. */
export function scored(name: string, series: readonly LabelledSeries[], warmUp: WarmUp): Scored {
  const before = process.cpuUsage();
  const rows = series.map((each) => verdictsOf(operatorOf(name, each.values.length, warmUp), each));
  const { user, system } = process.cpuUsage(before);
  const count = series.reduce((sum, { values }) => sum + values.length, 0);
  return {
    rows,
    microsecondsARow: (user + system) / count,
    maxStateBytes: operatorOf(name, 0, warmUp).maxStateBytes,
  };
}

function operatorOf(name: string, length: number, warmUp: WarmUp): RowOperator {
  const make = DETECTORS[name] as (warmUp: number) => Chosen;
  const rows = warmUp === 'default' ? DEFAULT_WARM_UP : probation(length);
  const type = { kind: 'struct', fields: {} } as const;
  return rowOperatorOf({ op: 'structOperator', ...make(rows), operands: [], type }, MINUTES_5);
}

function verdictsOf(operator: RowOperator, { values, timesMs }: LabelledSeries): Anomaly[] {
  let state = operator.create();
  return values.map((value, i) => {
    if (i % STORED_EVERY === STORED_EVERY - 1) state = storedAndRead(operator, state);
    const startMs = timesMs[i] as number;
    return operator.step(state, [value], { startMs, endMs: startMs }) as unknown as Anomaly;
  });
}

function storedAndRead(operator: RowOperator, state: unknown): unknown {
  const out = new ByteWriter();
  operator.encode(state, out);
  return operator.decode(new ByteReader(out.finish().slice()));
}
