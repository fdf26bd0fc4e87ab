import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import type { SegmentCodec } from '../../../engine/codec/segment.ts';
import { LogKeys } from '../../../engine/finalize/log-keys.ts';
import { type EventLog, eventLogOperator, LEFT, RIGHT } from '../../../engine/joins/event-log.ts';
import { intervalOperator } from '../../../engine/joins/interval-join.ts';
import { DEFAULT_MAX_PER_KEY, MAX_ROWS_PER_KEY } from '../../../engine/joins/limits.ts';
import type { SideOfPane } from '../../../engine/joins/log-operator.ts';

const LIMIT = { paneMs: 60_000, max: DEFAULT_MAX_PER_KEY };
const EVENTS = 1_000_000;
const SEGMENT = 10_000;

function logFrom(from: number): EventLog {
  const log: EventLog = [];
  for (let id = from; id < from + SEGMENT; id++) {
    const timeMs = (id * 7919) % 60_000;
    if (id % 1000 === 0) log.push({ side: LEFT, timeMs, values: [id] });
    log.push({ side: RIGHT, timeMs, values: [id] });
  }
  return log;
}

test('a key with 1,000,000 events in a pane is cut in bounded memory, and makes bounded rows', () => {
  const keys = new LogKeys(1, LIMIT.max, [0, 0]);
  const hot = keys.addState({ values: ['hot'], states: [] });
  let longest = 0;
  function* segments() {
    for (let from = 0; from < EVENTS; from += SEGMENT) {
      yield new Uint8Array(new Uint32Array([from]).buffer);
      longest = Math.max(longest, hot.rows);
    }
  }
  const open: SegmentCodec['open'] = (bytes) => {
    const [from = 0] = new Uint32Array(bytes.buffer);
    const out = new ByteWriter();
    writeValue(out, 'hot');
    eventLogOperator.encode(logFrom(from), out);
    const body = out.finish();
    return { size: 1, body, input: new ByteReader(body) };
  };
  const pane = keys.addPane(0, segments(), { open });
  expect(pane).toEqual({ keys: [hot], rows: hot.rows, cut: EVENTS + EVENTS / 1000 - hot.rows });
  const [lefts, rights] = [hot.lefts, hot.rights].map((side) => side?.show(60_000, 0) as SideOfPane) as [
    SideOfPane,
    SideOfPane,
  ];
  expect(rights.rows).toHaveLength(LIMIT.max);
  // A million over a minute: the first 20,000 are of its first 1.2 seconds.
  expect(rights.rows.every(({ timeMs }) => timeMs < 1200)).toBe(true);
  expect(longest).toBeLessThanOrEqual(4 * LIMIT.max + 2 * SEGMENT);
  const operator = intervalOperator({ kind: 'interval', type: 'full', fromMs: 0, toMs: 60_000 }, LIMIT);
  const joined = operator.step(operator.create(), { fromMs: 0, toMs: 60_000, lefts, rights, hasNullKey: false });
  const pairs = joined.filter(({ left, right }) => left !== null && right !== null);
  expect(pairs).toHaveLength(MAX_ROWS_PER_KEY);
  expect(joined.length).toBeLessThanOrEqual(MAX_ROWS_PER_KEY + hot.rows);
  expect(joined.every(({ isTruncated }) => isTruncated)).toBe(true);
});
