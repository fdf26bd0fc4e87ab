import type { Group } from '../../../engine/codec/group.ts';
import { DueStates } from '../../../engine/finalize/due-states.ts';

const groupOf = (key: string, dueMs: number): Group => ({ values: [key], states: [dueMs] });
const NEVER = Number.POSITIVE_INFINITY;

function statesOf(...groups: Group[]): DueStates {
  return new DueStates(10, (state) => state as number, groups);
}

function keysBefore(due: DueStates, endMs: number): unknown[] {
  return due.before(endMs).map(([key]) => key);
}

describe('states that are due', () => {
  test('are found by the pane that they are due in', () => {
    const due = statesOf(groupOf('a', 25), groupOf('b', 10), groupOf('c', 19), groupOf('d', NEVER));
    expect(due.firstPaneMs).toBe(10);
    expect(keysBefore(due, 20)).toEqual(['b', 'c']);
    expect(keysBefore(due, 10)).toEqual([]);
    expect(keysBefore(due, 30).sort()).toEqual(['a', 'b', 'c']);
  });

  test('are due when they were last said to be', () => {
    const due = statesOf(groupOf('a', 5), groupOf('b', 7));
    due.set(groupOf('a', 31), 10);
    due.delete(groupOf('b', 7));
    expect([due.firstPaneMs, keysBefore(due, 30), keysBefore(due, 40)]).toEqual([30, [], ['a']]);
    due.set(groupOf('a', NEVER));
    expect(due.firstPaneMs).toBe(NEVER);
  });

  test('cannot be due in a pane that is done', () => {
    expect(() => statesOf().set(groupOf('a', 9), 10)).toThrow('is due at 9, and its panes are done up to 10');
  });
});
