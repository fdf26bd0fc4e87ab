import { anomaly, count, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { anomalyColumns } from '../../../engine/ir/anomaly-columns.ts';
import { definitionOf } from '../dsl/definition-of.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Number(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const counted = view('counted', events)
  .window(tumbling('10 seconds'))
  .aggregate((e) => ({ events: count(), total: sum(e.v) }));

test('the verdicts of detectors are found, and a column of the name that says the same', () => {
  expect(anomalyColumns(definitionOf(counted))).toEqual([]);
  const watched = counted
    .derive((row) => ({ unusual: anomaly(row.events), odd: anomaly(row.total) }))
    .derive((row) => ({ is_anomaly: row.unusual.is_anomaly.or(row.odd.is_anomaly) }));
  expect(anomalyColumns(definitionOf(watched))).toEqual([
    ['unusual', 'is_anomaly'],
    ['odd', 'is_anomaly'],
    ['is_anomaly'],
  ]);
});
