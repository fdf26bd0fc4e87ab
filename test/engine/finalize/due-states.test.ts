import { type Due, DueStates } from '../../../engine/finalize/due-states.ts';

const NEVER = Number.POSITIVE_INFINITY;

interface Named extends Due {
  readonly name: string;
}

const named = (name: string): Named => ({ name, duePaneMs: NEVER });

function dueOf(...states: readonly [Named, number][]): DueStates<Named> {
  const due = new DueStates<Named>(10);
  for (const [state, dueMs] of states) due.set(state, dueMs);
  return due;
}

function namesBefore(due: DueStates<Named>, endMs: number): string[] {
  return due.before(endMs).map(({ name }) => name);
}

describe('states that are due', () => {
  test('are found by the pane that they are due in', () => {
    const due = dueOf([named('a'), 25], [named('b'), 10], [named('c'), 19], [named('d'), NEVER]);
    expect(due.firstPaneMs).toBe(10);
    expect(namesBefore(due, 20)).toEqual(['b', 'c']);
    expect(namesBefore(due, 10)).toEqual([]);
    expect(namesBefore(due, 30).sort()).toEqual(['a', 'b', 'c']);
  });

  test('are due when they were last said to be', () => {
    const [a, b] = [named('a'), named('b')];
    const due = dueOf([a, 5], [b, 7]);
    due.set(a, 31, 10);
    due.delete(b);
    expect([due.firstPaneMs, namesBefore(due, 30), namesBefore(due, 40)]).toEqual([30, [], ['a']]);
    expect([a.duePaneMs, b.duePaneMs]).toEqual([30, NEVER]);
    due.set(a, NEVER);
    expect([due.firstPaneMs, a.duePaneMs]).toEqual([NEVER, NEVER]);
  });

  test('stay where they are within a pane', () => {
    const a = named('a');
    const due = dueOf([a, 21], [named('b'), 22]);
    due.set(a, 29, 20);
    expect(namesBefore(due, 30)).toEqual(['a', 'b']);
  });

  test('cannot be due in a pane that is done', () => {
    expect(() => dueOf().set(named('a'), 9, 10)).toThrow('is due at 9, and its panes are done up to 10');
  });
});
