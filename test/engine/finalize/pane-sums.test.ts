import fc from 'fast-check';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import type { Group, Groups } from '../../../engine/codec/group.ts';
import { PaneSums } from '../../../engine/finalize/pane-sums.ts';

const OPERATORS = [
  operatorFor({ kind: 'count' }, null),
  operatorFor({ kind: 'min' }, { kind: 'number', nullable: false }),
  operatorFor({ kind: 'sum' }, { kind: 'number', nullable: false }),
];

type Event = { readonly pane: number; readonly key: string; readonly value: number };

function groupsOf(events: readonly Event[]): Groups {
  const groups: Groups = new Map();
  for (const { key, value } of events) {
    const group = groups.get(key) ?? { values: [key], states: OPERATORS.map((operator) => operator.create()) };
    groups.set(key, group);
    for (const [index, operator] of OPERATORS.entries()) operator.add(group.states[index], value, 0);
  }
  return groups;
}

function results(groups: Groups): unknown {
  const of = ({ states }: Group) => OPERATORS.map((operator, index) => operator.result(states[index], 1));
  return Object.fromEntries([...groups].map(([key, group]) => [key, of(group)]).sort());
}

const event = fc.record({
  pane: fc.integer({ min: 0, max: 40 }),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.1, 2 ** 53 - 1, 1e-300)),
});

test('each window is the sum of its panes, whatever windows are asked for, and what was handed out stays', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 120, size: 'max' }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40, size: 'max' }),
      fc.integer({ min: 0, max: 39 }),
      (events, size, steps, back) => {
        const panes = new Map<number, Groups>();
        for (let pane = 0; pane <= 40; pane++) {
          const ofPane = events.filter((each) => each.pane === pane);
          if (ofPane.length > 0) panes.set(pane, groupsOf(ofPane));
        }
        const sums = new PaneSums(OPERATORS);
        const seen: { readonly groups: Groups; readonly expected: unknown }[] = [];
        let start = 0;
        steps.forEach((step, index) => {
          // Once, an earlier window than the last one.
          start = index === back ? Math.max(0, start - 5) : start + step;
          const isIn = (pane: number) => pane >= start && pane < start + size;
          const given = new Map([...panes].filter(([pane]) => isIn(pane)));
          const groups = sums.of(given, start, start + size);
          seen.push({ groups, expected: results(groupsOf(events.filter(({ pane }) => isIn(pane)))) });
        });
        for (const { groups, expected } of seen) expect(results(groups)).toEqual(expected);
      },
    ),
    { seed: 20260108, numRuns: 150 },
  );
});

test('a pane is added to few sums, however many windows it is in', () => {
  let merges = 0;
  const counting = OPERATORS.map((operator) => ({
    ...operator,
    create: operator.create.bind(operator),
    merge(into: unknown, from: unknown) {
      merges++;
      operator.merge(into as never, from as never);
    },
  }));
  const panes = new Map(Array.from({ length: 300 }, (_, pane) => [pane, groupsOf([{ pane, key: 'a', value: 1 }])]));
  const sums = new PaneSums(counting as typeof OPERATORS);
  for (let start = 0; start + 60 <= 300; start++) {
    sums.of(new Map([...panes].filter(([pane]) => pane >= start && pane < start + 60)), start, start + 60);
  }
  // A copy is a merge too: three times two for each window and state.
  expect(merges / OPERATORS.length).toBeLessThan(7 * 300);
});
