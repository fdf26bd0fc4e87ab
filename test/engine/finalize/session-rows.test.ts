import fc from 'fast-check';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { SessionRows } from '../../../engine/finalize/session-rows.ts';
import { SessionTable } from '../../../engine/finalize/session-table.ts';
import { sortedRows } from '../../../engine/finalize/sort-rows.ts';
import { ValueRows } from '../../../engine/finalize/value-rows.ts';
import { BugError } from '../../../engine/ir/bug-error.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import type { NewRows } from '../../../engine/ports/new-rows.ts';
import { GAP_MS, type SessionEvent, segmentOf, VISITS } from '../../support/session-events.ts';

const MODE = { epoch: 3, fresh: true, unfinishedEpoch: 0, expiresAtSeconds: (endMs: number) => endMs / 1000 + 1 };
const isPartial = (startMs: number) => startMs < 1000;

/** All events lie in one pane, so each key has a session. */
function tableOf(events: readonly SessionEvent[]): SessionTable {
  const table = new SessionTable(VISITS);
  table.addPane([segmentOf(events)], false);
  for (const group of table.inSpan) expect(table.nextComplete(group)).toBe(-1);
  return table;
}

/** All that rows say and write. */
function toldBy(rows: NewRows): unknown {
  return Array.from({ length: rows.count }, (_, row) => {
    const out = new ByteWriter(1);
    const ends = [rows.writeGroupOrder, rows.writeGroup, rows.writeColumns].map((write) => {
      write.call(rows, row, out);
      return out.length;
    });
    const [start, end] = [rows.windowStartMs(row), rows.windowEndMs(row)];
    const bytes = Buffer.from(out.finish()).toString('latin1');
    return [rows.view, rows.epoch, start, end, rows.partial(row), rows.expiresAtSeconds(row), ends, bytes];
  });
}

const placesIn = (table: SessionTable) => table.openGroups().map((group) => table.openOf(group));

function expectAlike(table: SessionTable): void {
  const rows = new SessionRows({ view: VISITS, table, sessions: placesIn(table), mode: MODE, isPartial });
  const objects = placesIn(table).map((place) => {
    const { group, firstMs, lastMs } = table.look(place);
    const window = { startMs: firstMs, endMs: lastMs + GAP_MS };
    return { group, window, values: VISITS.rows.values(group, window) };
  });
  const expected = sortedRows(objects);
  expect(toldBy(rows)).toEqual(toldBy(new ValueRows(VISITS, expected, MODE, isPartial)));
  expect(Array.from({ length: rows.count }, (_, row) => rows.rowAt(row))).toEqual(expected);
}

const event: fc.Arbitrary<SessionEvent> = fc.record({
  key: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }).filter((value) => value.isWellFormed()),
    fc.constantFrom('', 'a', 'a\0', 'a"', '\\', 'ü'),
  ),
  value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  timeMs: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 2499 })),
});

test('rows of sessions as they lie are those of the same as objects, byte for byte', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30, size: 'max' }), (events) => expectAlike(tableOf(events))),
    { seed: 20_261_129, numRuns: 200 },
  );
});

test('rows that are made of more than their sessions are refused', () => {
  const view: ViewPlan = { ...VISITS, rows: { ...VISITS.rows, plain: null } };
  const parts = { view, table: tableOf([]), sessions: [], mode: MODE, isPartial };
  expect(() => new SessionRows(parts)).toThrow(BugError);
});
