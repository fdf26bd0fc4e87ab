import { refusedLines } from './refused-lines.ts';

const RULE = 'no-spread-call.grit';

test('spreading into a call or a new object is refused, wherever the spread stands', () => {
  const lines = [
    'Math.max(...all);',
    'list.push(1, ...all);',
    'list.push(...all, 2);',
    'call?.(...all);',
    'new Thing(...all);',
    'call([...all], ...(await more()));',
  ];
  expect(refusedLines(RULE, lines)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('lists, objects, parameters and patterns may spread, also inside the arguments of a call', () => {
  const lines = [
    'const joined = [...all, ...more];',
    'call([...all], { ...settings });',
    'new Thing({ list: [...all] });',
    'const [first, ...others] = all;',
    'function collect({ name, ...rest }: Settings, ...values: number[]) {}',
    'call((...values: number[]) => [...values]);',
  ];
  expect(refusedLines(RULE, lines)).toEqual([]);
});
