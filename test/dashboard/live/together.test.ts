import { Together } from '../../../dashboard/src/live/together.ts';

/** Gathers with a timer that the test fires, and notes what was done in one go. */
function gathering() {
  const goes: string[][] = [];
  let timer: (() => void) | null = null;
  let now: string[] = [];
  const together = new Together({
    after: (_ms, action) => {
      timer = action;
      return () => {
        timer = null;
      };
    },
    atOnce: (action) => {
      now = [];
      action();
      goes.push(now);
    },
  });
  const end = (name: string) => together.end(() => now.push(name));
  return { together, end, goes, fire: () => timer?.(), isTimed: () => timer !== null };
}

test('what was begun together is done in one go, once the last of it has ended', () => {
  const { together, end, goes, isTimed } = gathering();
  for (let i = 0; i < 3; i++) together.begin();
  end('a');
  end('b');
  expect(goes).toEqual([]);
  end('c');
  expect(goes).toEqual([['a', 'b', 'c']]);
  expect(isTimed()).toBe(false);
});

test('nothing waits long for one that is slow', () => {
  const { together, end, goes, fire } = gathering();
  for (let i = 0; i < 3; i++) together.begin();
  end('a');
  end('b');
  fire();
  expect(goes).toEqual([['a', 'b']]);
  end('slow');
  expect(goes).toEqual([['a', 'b'], ['slow']]);
});

test('one alone waits for nothing', () => {
  const { together, end, goes } = gathering();
  together.begin();
  end('a');
  expect(goes).toEqual([['a']]);
});
