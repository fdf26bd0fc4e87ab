import fc from 'fast-check';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { SessionTable } from '../../../engine/finalize/session-table.ts';
import {
  inKeyOrder,
  naiveSessions,
  PANE_MS,
  type SeenSession,
  type SessionEvent,
  seen,
  segmentOf,
  VISITS,
} from '../../support/session-events.ts';

const SEED = 20_261_129;

const event: fc.Arbitrary<SessionEvent> = fc.record({
  key: fc.constantFrom('a', 'b', 'c', '', 'ü'),
  value: fc.integer({ min: -5, max: 5 }),
  timeMs: fc.integer({ min: 0, max: 99_999 }),
});

/** Adds panes up to an instant, each from two commits. */
function addPanes(table: SessionTable, events: readonly SessionEvent[], fromMs: number, toMs: number): void {
  for (let paneMs = fromMs; paneMs < toMs; paneMs += PANE_MS) {
    const ofPane = events.filter(({ timeMs }) => timeMs >= paneMs && timeMs < paneMs + PANE_MS);
    const commits = [ofPane.filter((_, index) => index % 2 === 0), ofPane.filter((_, index) => index % 2 === 1)];
    const segments = commits.filter((commit) => commit.length > 0).map(segmentOf);
    expect(table.addPane(segments, false)).toBe(new Set(ofPane.map(({ key }) => key)).size);
  }
}

/** Joins all pieces of a span; what is complete is taken out. */
function joined(table: SessionTable): SeenSession[] {
  const complete: SeenSession[] = [];
  for (const group of table.inSpan) {
    for (let session = table.nextComplete(group); session >= 0; session = table.nextComplete(group)) {
      complete.push(seen(table.take(session)));
    }
  }
  table.endSpan(() => undefined);
  return complete;
}

test('pieces come to the sessions of their events, whatever the spans', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 39 }), { maxLength: 6 }),
      (events, cuts) => {
        const table = new SessionTable(VISITS);
        const sessions: SeenSession[] = [];
        let fromMs = 0;
        for (const toMs of [...new Set(cuts)]
          .sort((a, b) => a - b)
          .concat(40)
          .map((pane) => pane * PANE_MS)) {
          addPanes(table, events, fromMs, toMs);
          sessions.push(...joined(table));
          fromMs = toMs;
        }
        for (const group of table.openGroups()) sessions.push(seen(table.take(table.close(group))));
        expect(inKeyOrder(sessions)).toEqual(naiveSessions(events));
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});

const at = (key: string, timeMs: number): SessionEvent => ({ key, timeMs, value: 1 });

/** A table in which all sessions are open. */
function tableOf(...events: readonly SessionEvent[]): SessionTable {
  const table = new SessionTable(VISITS);
  table.addPane([segmentOf(events)], false);
  joined(table);
  return table;
}

test('groups are silent whose last event is before an instant, but for those with pieces', () => {
  const table = tableOf(at('a', 0), at('b', 10), at('c', 20));
  table.addPane([segmentOf([at('a', 2500)])], false);
  expect(table.silentSince(20).map((group) => table.valuesOf(group))).toEqual([['b']]);
});

test('open sessions are what they were after they were written and read', () => {
  const table = tableOf(at('a', 0), at('b', 10), at('c', 20));
  const read = new SessionTable(VISITS);
  read.addOpen(VISITS.segments.encode(table.columnsOf([0, 2])));
  expect(read.openGroups().map((group) => seen(read.look(read.openOf(group))))).toEqual(
    [0, 2].map((group) => seen(table.look(table.openOf(group)))),
  );
});

test('a session is touched where one of its pieces is, and the next session of the group is not', () => {
  const table = tableOf(at('a', 0));
  table.addPane([segmentOf([at('a', 2500)])], true);
  table.addPane([segmentOf([at('a', 17_500)])], false);
  const complete = table.take(table.nextComplete(0));
  expect(table.nextComplete(0)).toBe(-1);
  expect([complete.touched, table.look(table.openOf(0)).touched]).toEqual([true, false]);
});

test('pieces that nobody has joined are gone with their span', () => {
  const table = tableOf(at('a', 0));
  table.addPane([segmentOf([at('a', 2500), at('b', 2500)])], false);
  table.endSpan(() => undefined);
  expect([table.inSpan, table.nextComplete(0), table.nextComplete(1)]).toEqual([[], -1, -1]);
  expect(seen(table.look(table.openOf(0)))).toMatchObject({ key: 'a', lastMs: 0 });
});

test('the starts of open sessions are those of when they were asked for', () => {
  const table = tableOf(at('a', 5), at('b', 10));
  const startOf = table.starts();
  table.take(table.close(0));
  table.addPane([segmentOf([at('c', 2500)])], false);
  expect(['a', 'b', 'c', 'd'].map((key) => startOf([key]))).toEqual([5, 10, null, null]);
});

test('groups without an open session are forgotten once they are many, and the others keep theirs', () => {
  const table = tableOf(at('a', 0), at('b', 10));
  table.take(table.close(table.find(['a'])));
  const hash = table.hashOf(table.find(['b']));
  for (let n = 0; n < 70_000; n++) table.numberOf([`closed ${n}`]);
  let told = 0;
  table.endSpan(() => told++);
  expect([told, table.size, table.find(['closed 7'])]).toEqual([1, 1, -1]);
  expect([table.find(['b']), table.hashOf(0)]).toEqual([0, hash]);
  expect(seen(table.look(table.openOf(0)))).toMatchObject({ key: 'b', firstMs: 10 });
  table.addPane([segmentOf([at('b', 2500), at('a', 2500)])], false);
  expect(joined(table)).toEqual([]);
  expect(table.openGroups().map((group) => seen(table.look(table.openOf(group))).results[0])).toEqual([2, 1]);
});

test('a segment that names a group twice is refused', () => {
  const group = { values: ['a'], states: VISITS.operators.map((operator) => operator.create()) };
  const twice = VISITS.segments.encode(new Map([1, 2].map((key) => [key, group])));
  expect(() => new SessionTable(VISITS).addPane([twice], false)).toThrow(CodecError);
});

test('groups are in the order of the starts of their sessions, with the instants to tell equal ones', () => {
  const table = tableOf(at('a', 30), at('b', 10), at('c', 20));
  table.addPane([segmentOf([at('b', 2500), at('d', 2510), at('e', 2510)])], false);
  const { groups, marks } = table.inOrderOfStart([...table.openGroups(), ...table.inSpan.slice(1)]);
  const keys = Array.from(groups, (group) => table.valuesOf(group)[0]);
  expect([keys, Array.from(marks)]).toEqual([
    ['b', 'c', 'a', 'd', 'e'],
    [10, 20, 30, 2510, 2510],
  ]);
});

test('a group is beginning whose only piece may go on', () => {
  const table = tableOf(at('a', 0));
  table.addPane([segmentOf([at('a', 2500), at('b', 2500), at('c', 2500)])], false);
  table.addPane([segmentOf([at('c', 5000)])], false);
  const beginning = (beforeMs: number) =>
    ['a', 'b', 'c'].filter((key) => table.isBeginning(table.find([key]), beforeMs));
  expect([beginning(2500), beginning(2501)]).toEqual([['b'], []]);
});
