import { Timestamp, Type } from 'streamgauge';
import { js, type Untyped } from '../dsl/untyped.ts';

/** A view of a count and a sum by minute, with one more column. */
export function rowOf(column: (row: Untyped) => unknown): unknown {
  const stream = js.stream('clicks', {
    schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp() }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '1 minute',
  });
  return js
    .view('v', stream)
    .window(js.tumbling('1 minute'))
    .groupBy('page')
    .aggregate((e: Untyped) => ({ n: js.count(), total: js.sum(e.n) }))
    .derive((row: Untyped) => ({ x: column(row) }));
}
