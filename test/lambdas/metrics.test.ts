import { STREAM_METRICS, VIEW_METRICS } from '../../contracts/metric-catalog.ts';
import { EmbeddedMetrics } from '../../lambdas/shared/embedded-metrics.ts';
import { metricsOf, tellsRows } from '../../lambdas/shared/process-metrics.ts';
import { WriteUnitTally } from '../../lambdas/shared/write-unit-tally.ts';
import { NOW_MS } from './support.ts';

const HOUR_MS = 3_600_000;

function written(tell: (metrics: EmbeddedMetrics) => void, nowMs = NOW_MS): Record<string, unknown>[] {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    tell(new EmbeddedMetrics('shop', () => nowMs));
  } finally {
    write.mockRestore();
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('metrics in the log', () => {
  test('are one line of the embedded metric format, under pipeline and stream and nothing else', () => {
    const lines = written((metrics) =>
      metrics.ofStream('clicks', { EventsAccepted: 7, CommitMs: 18 }, { shard: 's1', position: '101' }),
    );
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: NOW_MS,
          CloudWatchMetrics: [
            {
              Namespace: 'Streamgauge',
              Dimensions: [['pipeline', 'stream']],
              Metrics: [
                { Name: 'EventsAccepted', Unit: 'Count' },
                { Name: 'CommitMs', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        pipeline: 'shop',
        stream: 'clicks',
        shard: 's1',
        position: '101',
        EventsAccepted: 7,
        CommitMs: 18,
      },
    ]);
  });

  test('hold several values of one metric, of which CloudWatch makes percentiles', () => {
    expect(written((metrics) => metrics.ofStream('clicks', { CommitLatencyMs: [3, 1, 2] }))).toMatchObject([
      { CommitLatencyMs: [3, 1, 2] },
    ]);
  });

  test('are several lines where there are more than CloudWatch takes in one', () => {
    const columns = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`c${index}`, index]));
    const rows = written((metrics) => metrics.ofRow('traffic', columns, NOW_MS));
    expect(rows.map((line) => Object.keys(line).filter((name) => name.startsWith('row_')).length)).toEqual([100, 50]);
    const latencies = Array.from({ length: 201 }, (_, index) => index);
    const lines = written((metrics) => metrics.ofStream('clicks', { CommitLatencyMs: latencies, BatchMs: 4 }));
    expect(lines.map(({ CommitLatencyMs: of }) => (Array.isArray(of) ? of.length : of))).toEqual([100, 100, 200]);
    expect(lines.map(({ BatchMs }) => BatchMs)).toEqual([4, undefined, undefined]);
  });

  test('of one call say nothing of the call before', () => {
    const lines = written((metrics) => {
      metrics.ofStream('clicks', { EventsAccepted: 1 }, { shard: 's1' });
      metrics.ofView('by_page', { RowsWritten: 2 });
    });
    expect(lines[1]).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['pipeline', 'view']], Metrics: [{ Name: 'RowsWritten' }] }] },
      view: 'by_page',
    });
    expect(Object.keys(lines[1] ?? {}).sort()).toEqual(['RowsWritten', '_aws', 'pipeline', 'view']);
  });

  test('leave out what is no number, and write no line of nothing', () => {
    expect(written((metrics) => metrics.ofStream('clicks', { CommitMs: Number.NaN, BatchMs: 4 }))).toMatchObject([
      { BatchMs: 4 },
    ]);
    expect(written((metrics) => metrics.ofStream('clicks', { CommitMs: Number.POSITIVE_INFINITY }))).toEqual([]);
    expect(written((metrics) => metrics.ofStream('clicks', { CommitLatencyMs: [] }))).toEqual([]);
    expect(written((metrics) => metrics.ofView('by_page', {}))).toEqual([]);
  });

  test('of a row stand at the end of its window, under names that no dimension has', () => {
    const lines = written((metrics) => metrics.ofRow('traffic', { view: 1, requests: 12 }, NOW_MS - HOUR_MS));
    expect(lines).toMatchObject([
      { _aws: { Timestamp: NOW_MS - HOUR_MS }, view: 'traffic', row_view: 1, row_requests: 12 },
    ]);
  });

  test('of a row that is older than CloudWatch takes, or ahead of the clock, are not told', () => {
    const old = written((metrics) => metrics.ofRow('traffic', { requests: 12 }, NOW_MS - 14 * 24 * HOUR_MS));
    const ahead = written((metrics) => metrics.ofRow('traffic', { requests: 12 }, NOW_MS + HOUR_MS));
    expect([old, ahead]).toEqual([[], []]);
  });
});

test('without a name for them there are no metrics', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  metricsOf({}, () => NOW_MS).ofStream('clicks', { EventsAccepted: 1 });
  metricsOf({ STREAMGAUGE_METRICS_NAME: '' }, () => NOW_MS).ofStream('clicks', { EventsAccepted: 1 });
  expect(write).not.toHaveBeenCalled();
  metricsOf({ STREAMGAUGE_METRICS_NAME: 'shop' }, () => NOW_MS).ofStream('clicks', { EventsAccepted: 1 });
  expect(write).toHaveBeenCalledTimes(1);
  write.mockRestore();
  expect([tellsRows({}), tellsRows({ STREAMGAUGE_ROW_METRICS: 'true' })]).toEqual([false, true]);
});

test('a tally of write units begins anew when it is taken', () => {
  const tally = new WriteUnitTally();
  const consumed = { operation: 'TransactWriteItems', table: 'state', readUnits: 0 };
  tally.onConsumed({ ...consumed, writeUnits: 4 });
  tally.onConsumed({ ...consumed, writeUnits: 2 });
  expect([tally.take(), tally.take()]).toEqual([6, 0]);
});

test('there are at most 26 metrics of a stream with its view, of which five come with alerts, detectors, patterns and joins, for each costs', () => {
  expect(Object.keys(STREAM_METRICS).length + Object.keys(VIEW_METRICS).length).toBeLessThanOrEqual(26);
});
