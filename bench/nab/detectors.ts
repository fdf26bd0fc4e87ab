import { ByteReader } from '../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../engine/bytes/byte-writer.ts';
import type { AnyRowOperatorNode } from '../../engine/ir/node.ts';
import type { Anomaly } from '../../engine/row-operators/detection.ts';
import { rowOperatorOf } from '../../engine/row-operators/registry.ts';
import type { RowOperator } from '../../engine/row-operators/row-operator.ts';
import { type LabelledSeries, probation } from './score.ts';

/** Rows of warm-up: the benchmark's own, or the default, which is all that a stream has. */
export type WarmUp = 'benchmark' | 'default';

type Parameters = AnyRowOperatorNode['parameters'];
const auto = (memory: 8 | 16) => (warmUp: number) => ({
  kind: 'anomaly',
  parameters: { sensitivity: 0.5, memory, warmUp },
});

type Chosen = { readonly kind: string; readonly parameters: Parameters };
const plain = (kind: string, parameters: Parameters) => (): Chosen => ({ kind, parameters });

/** The detectors that the bench runs, by name: row operators as a view has them. */
export const DETECTORS: Readonly<Record<string, (warmUp: number) => Chosen>> = {
  auto: auto(8),
  'auto-16': auto(16),
  zScore: plain('zScore', { rows: 10, spanMs: null, threshold: 2 }),
  ewma: plain('ewma', { alpha: 0.2, threshold: 3 }),
  robust: plain('robust', { rows: 30, threshold: 3.5 }),
  seasonal: plain('seasonal', { threshold: 3 }),
  changePoint: plain('changePoint', { rows: 60, falseAlarms: 0.001 }),
};

const DEFAULT_WARM_UP = 50;
const MINUTES_5 = 300_000;
/** The operator's state goes through its codec so often, in rows: what a pipeline does between two calls. */
const STORED_EVERY = 500;

/** Runs a detector over a series as a stream does: one row at a time, told neither length nor range nor labels. */
export function scoresOf(name: string, series: LabelledSeries, warmUp: WarmUp): Anomaly[] {
  const make = DETECTORS[name] as (warmUp: number) => Chosen;
  const rows = warmUp === 'default' ? DEFAULT_WARM_UP : probation(series.values.length);
  const operator = rowOperatorOf(
    {
      op: 'structOperator',
      ...make(rows),
      operands: [],
      type: { kind: 'struct', fields: {} },
    },
    MINUTES_5,
  );
  let state = operator.create();
  return series.values.map((value, i) => {
    if (i % STORED_EVERY === STORED_EVERY - 1) state = storedAndRead(operator, state);
    const startMs = series.timesMs[i] as number;
    return operator.step(state, [value], { startMs, endMs: startMs }) as unknown as Anomaly;
  });
}

function storedAndRead(operator: RowOperator, state: unknown): unknown {
  const out = new ByteWriter();
  operator.encode(state, out);
  return operator.decode(new ByteReader(out.finish().slice()));
}
