import fc from 'fast-check';
import {
  changeOver,
  count,
  max,
  mean,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
} from 'streamgauge';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import type { Group } from '../../../engine/codec/group.ts';
import { streamsOf } from '../../../engine/ir/source-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import type { RowValues } from '../../../engine/plan/row.ts';
import type { RowState } from '../../../engine/plan/row-state.ts';
import { windowOf } from '../../../engine/windows/registry.ts';
import { type GroupedEvent, naiveRows } from '../../support/naive-rows.ts';
import { definitionOf } from '../dsl/definition-of.ts';

const MINUTE = 60_000;

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const minutes = view('minutes', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));

function planOf(complete: unknown): ViewPlan {
  const definition = definitionOf(complete);
  const [plan] = compilePipeline({
    kind: 'pipeline',
    name: 'p',
    streams: streamsOf(definition.source),
    views: [definition],
  }).views;
  return plan as ViewPlan;
}

function groupOf(plan: ViewPlan, page: string, numbers: readonly number[]): Group {
  const states = plan.operators.map((operator) => operator.create());
  for (const n of numbers) {
    plan.operators.forEach((operator, index) => {
      const { argument } = plan.definition.aggregates[index]?.column ?? {};
      operator.add(states[index], argument === null ? true : n, 0);
    });
  }
  return { values: [page], states };
}

const windowAt = (minute: number) => ({ startMs: minute * MINUTE, endMs: (minute + 1) * MINUTE });

function bytesOf(plan: ViewPlan, state: RowState): Uint8Array {
  const out = new ByteWriter(64);
  plan.rows.stateCodec.encode(state, out);
  return out.finish();
}

function decoded(plan: ViewPlan, bytes: Uint8Array): RowState {
  const input = new ByteReader(bytes);
  const state = plan.rows.stateCodec.decode(input);
  input.end();
  return state;
}

/** Rows of one group with these totals, minute by minute; undefined for a minute without a row. */
function rowsOf(plan: ViewPlan, totals: readonly (number | undefined)[], state = plan.rows.newState()): RowValues[] {
  return totals.flatMap((total, minute) =>
    total === undefined ? [] : [plan.rows.values(groupOf(plan, 'a', [total]), windowAt(minute), state)],
  );
}

describe('row operators', () => {
  test('take one step a row, in however many places their result is looked at', () => {
    const plan = planOf(
      minutes
        .derive((row) => {
          const recent = sum(row.total).over({ windows: 2 });
          const change = changeOver(row.total, { windows: 1 });
          return { recent, twice: recent.add(recent), rose: change.absolute.gt(0), change };
        })
        .derive((row) => ({ again: sum(row.total).over({ windows: 2 }), share: row.change.percent.div(100) })),
    );
    expect(rowsOf(plan, [1, 10, 100]).map(({ recent, twice, again }) => [recent, twice, again])).toEqual([
      [1, 2, 1],
      [11, 22, 11],
      [110, 220, 110],
    ]);
    expect(rowsOf(plan, [1, 10]).at(-1)).toMatchObject({
      rose: true,
      change: { absolute: 9, percent: 900, from: 1 },
      share: 9,
    });
  });

  test('are told of windows without a row, when the next row comes', () => {
    const plan = planOf(minutes.derive((row) => ({ change: changeOver(row.total, { windows: 2 }) })));
    const changes = rowsOf(plan, [1, undefined, 5, undefined, undefined, 9]).map(({ change }) => change);
    const none = { absolute: null, percent: null, from: null };
    expect(changes).toEqual([none, { absolute: 4, percent: 400, from: 1 }, none]);
  });

  test('begin anew after more than a thousand windows without a row', () => {
    const plan = planOf(minutes.derive((row) => ({ recent: sum(row.total).over({ windows: 2 }) })));
    const { rows } = plan;
    for (const [gap, recent] of [
      [1000, 3],
      [1001, 2],
    ] as const) {
      const state = rows.newState();
      rows.values(groupOf(plan, 'a', [1]), windowAt(0), state);
      expect(rows.emptyWindows.isForgotten(state, gap * MINUTE)).toBe(gap > 1000);
      expect(rows.values(groupOf(plan, 'a', [2]), windowAt(gap), state).recent).toBe(recent);
    }
  });

  test('refuse rows out of order: a row that comes twice would count twice', () => {
    const plan = planOf(minutes.derive((row) => ({ recent: sum(row.total).over({ windows: 2 }) })));
    const state = plan.rows.newState();
    plan.rows.values(groupOf(plan, 'a', [1]), windowAt(5), state);
    expect(() => plan.rows.values(groupOf(plan, 'a', [1]), windowAt(5), state)).toThrow(
      "View 'minutes': the rows of a group are made in the order of their windows.",
    );
  });

  test('are refused where a group would carry more than a page can hold', () => {
    const many = (columns: number) =>
      minutes.derive((row) =>
        Object.fromEntries(
          Array.from({ length: columns }, (_, i) => [`c${i}`, sum(row.total.add(i)).over({ windows: 500 })]),
        ),
      );
    expect(planOf(many(58)).rows.maxStateBytes).toBe(58 * 4502);
    expect(() => planOf(many(59))).toThrow(
      "View 'minutes': its columns that go over a group's rows would carry up to 265,618 bytes a group, and at most 262,144 are kept. Let them go over fewer windows, or divide them among several views.",
    );
  });

  test('are none of a view without them: its rows need no state', () => {
    const { rows } = planOf(minutes);
    expect([rows.isStateful, rows.maxStateBytes]).toEqual([false, 0]);
    expect(planOf(minutes.derive((row) => ({ c: changeOver(row.total, { windows: 9 }) }))).rows.isStateful).toBe(true);
  });
});

describe('the stored state', () => {
  const rolling = planOf(
    minutes.derive((row) => ({
      usual: mean(row.total).over({ windows: 3 }),
      most: max(row.total).over({ windows: 2 }),
    })),
  );

  test('of aggregates over rows has the layout that it has had in every release', () => {
    const state = rolling.rows.newState();
    rowsOf(rolling, [1, 2, undefined, 300], state);
    const out = new ByteWriter(64);
    writeValue(out, 3 * MINUTE);
    out.varint(2);
    for (const values of [
      [1, 2, 300],
      [2, 300],
    ]) {
      out.varint(values.length);
      for (const value of values) writeValue(out, value);
    }
    expect([...bytesOf(rolling, state)]).toEqual([...out.finish()]);
  });

  test('of before may have a state for each place where an operator stands', () => {
    const plan = planOf(
      minutes.derive((row) => ({
        usual: mean(row.total).over({ windows: 3 }),
        share: row.total.div(mean(row.total).over({ windows: 3 })),
        most: max(row.total).over({ windows: 2 }),
      })),
    );
    const out = new ByteWriter(64);
    writeValue(out, 0);
    out.varint(3);
    for (const value of [7, 7, 8]) {
      out.varint(1);
      writeValue(out, value);
    }
    expect(decoded(plan, out.finish())).toEqual({ lastStartMs: 0, lastFilledMs: 0, states: [[7], [8]] });
  });

  test('is refused where it holds other operators, or no time', () => {
    const out = new ByteWriter(8);
    writeValue(out, 0);
    out.varint(1);
    out.varint(0);
    expect(() => decoded(rolling, out.finish())).toThrow(
      new CodecError('A stored state holds 1 row operators, and the view has 2.'),
    );
    expect(() => decoded(rolling, new Uint8Array([0, 2, 0, 0]))).toThrow('The stored state of a group has no time.');
  });
});

interface Click extends GroupedEvent {
  readonly n: number;
}

type Windowing = { readonly slide: number; readonly size: number; readonly keep: number };

const windowings: fc.Arbitrary<Windowing> = fc.record({
  slide: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 1, max: 5 }),
  keep: fc.integer({ min: 0, max: 6 }),
});
const someClicks: fc.Arbitrary<Click[]> = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c').map((page) => [page]),
    // Mostly near each other, and now and then beyond what is remembered.
    atMs: fc
      .oneof({ weight: 9, arbitrary: fc.integer({ min: -20, max: 40 }) }, fc.integer({ min: 1000, max: 3100 }))
      .map((seconds) => seconds * 1000 + 500),
    n: fc.integer({ min: -3, max: 9 }),
  }),
  { maxLength: 25 },
);

function viewWith({ slide, size, keep }: Windowing): View {
  return view('v', clicks)
    .window(sliding({ size: `${BigInt(size)} seconds`, slide: `${BigInt(slide)} seconds` }), {
      ...(keep > 0 && { emptyWindows: 'zero', keepGroupsFor: keep }),
    })
    .groupBy('page')
    .aggregate((e) => ({ events: count(), total: sum(e.n), most: max(e.n) }))
    .derive((row) => ({ recent: sum(row.total).over({ windows: 3 }), change: changeOver(row.most, { windows: 2 }) }));
}

/** The plainest finalizer: goes through all windows in order with the states of all groups, stored and read at times. */
function rowsByPlan(plan: ViewPlan, events: readonly Click[], breaks: number): unknown[] {
  const { rows, definition } = plan;
  const { grid } = windowOf(definition.window);
  if (grid === null) throw new Error('The view has no order of windows.');
  const { sizeMs, slideMs } = grid;
  const states = new Map<string, RowState>();
  const made: unknown[] = [];
  const times = events.map(({ atMs }) => Math.floor(atMs / slideMs) * slideMs);
  const firstMs = Math.min(...times) - sizeMs - slideMs;
  const lastMs = Math.max(...times) + definition.keepGroupsForWindows * slideMs;
  for (let startMs = Math.floor(firstMs / slideMs) * slideMs, step = 1; startMs <= lastMs; startMs += slideMs, step++) {
    const window = { startMs, endMs: startMs + sizeMs };
    for (const page of ['a', 'b', 'c']) {
      const numbers = events
        .filter(({ group, atMs }) => group[0] === page && atMs >= startMs && atMs < window.endMs)
        .map(({ n }) => n);
      const state = states.get(page) ?? rows.newState();
      const isFilled = numbers.length > 0;
      if (!isFilled && !rows.emptyWindows.hasRowAt(state, startMs)) continue;
      const {
        events: all,
        total,
        most,
        recent,
        change,
      } = isFilled ? rows.values(groupOf(plan, page, numbers), window, state) : rows.emptyValues([page], window, state);
      states.set(page, step % breaks === 0 ? decoded(plan, bytesOf(plan, state)) : state);
      const columns = { events: all, total, most, recent, change };
      made.push({ group: [page], startMs, endMs: window.endMs, isEmpty: !isFilled, columns });
    }
  }
  return made;
}

test('rows, those of empty windows too, are what the naive reference makes of all events at once', () => {
  fc.assert(
    fc.property(someClicks, windowings, fc.integer({ min: 1, max: 9 }), (events, windowing, breaks) => {
      const plan = planOf(viewWith(windowing));
      const expected = naiveRows(events, {
        sizeMs: windowing.size * 1000,
        slideMs: windowing.slide * 1000,
        offsetMs: 0,
        keepGroupsFor: windowing.keep,
        aggregates: (ofWindow) => ({
          events: ofWindow.length,
          total: ofWindow.reduce((total, { n }) => total + n, 0),
          most: ofWindow.length === 0 ? null : Math.max(...ofWindow.map(({ n }) => n)),
        }),
        operators: {
          recent: (windows) =>
            windows
              .filter((row) => row !== null)
              .slice(-3)
              .reduce((total, row) => total + (row.total as number), 0),
          change: (windows) => {
            const [now, from] = [windows.at(-1)?.most ?? null, windows.at(-3)?.most ?? null] as (number | null)[];
            const absolute = now == null || from == null ? null : now - from;
            const percent = absolute === null || !from ? null : (absolute / Math.abs(from)) * 100 + 0;
            return { absolute, percent, from: from ?? null };
          },
        },
      });
      expect(rowsByPlan(plan, events, breaks)).toEqual(expected);
    }),
    { seed: 1, numRuns: 150 },
  );
});
