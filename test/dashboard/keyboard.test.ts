import { commandsOf, matching } from '../../dashboard/src/keyboard/commands.ts';
import { type Action, actionOf, KEY_WORDS, nextWindow } from '../../dashboard/src/keyboard/keys.ts';
import { overviewAt, PIPELINE } from '../support/page-fixture.ts';

const WHERE = { isTyping: false, isControl: false, isDialog: false, hasLetters: true };
const press = (key: string, more: Partial<Parameters<typeof actionOf>[0]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe('keys', () => {
  test.each<[string, Action]>([
    ['1', { kind: 'page', page: 'overview' }],
    ['5', { kind: 'page', page: 'pipeline' }],
    ['/', { kind: 'search' }],
    [' ', { kind: 'pause' }],
    ['l', { kind: 'live' }],
    ['ArrowLeft', { kind: 'window', by: -1 }],
    ['ArrowRight', { kind: 'window', by: 1 }],
    ['[', { kind: 'alert', by: -1 }],
    [']', { kind: 'alert', by: 1 }],
    ['j', { kind: 'row', by: 1 }],
    ['K', { kind: 'row', by: -1 }],
    ['a', { kind: 'acknowledge' }],
    ['c', { kind: 'compare' }],
    ['w', { kind: 'wall' }],
    ['t', { kind: 'theme' }],
    ['?', { kind: 'help' }],
    ['Escape', { kind: 'escape' }],
  ])('%s', (key, action) => expect(actionOf(press(key), WHERE)).toEqual(action));

  test.each(['0', '6', '9', 'x', 'Enter', 'Tab'])('%s is the browser’s', (key) => {
    expect(actionOf(press(key), WHERE)).toBeNull();
  });

  test('Ctrl K and ⌘ K open the commands, also while somebody types', () => {
    const typing = { ...WHERE, isTyping: true };
    expect(actionOf(press('k', { ctrlKey: true }), typing)).toEqual({ kind: 'commands' });
    expect(actionOf(press('K', { metaKey: true }), typing)).toEqual({ kind: 'commands' });
    expect(actionOf(press('l', { ctrlKey: true }), WHERE)).toBeNull();
  });

  test('with Shift the arrows go ten windows', () => {
    expect(actionOf(press('ArrowLeft', { shiftKey: true }), WHERE)).toEqual({ kind: 'window', by: -10 });
  });

  test('letters are text while somebody types, and nothing once they are switched off', () => {
    expect(actionOf(press('j'), { ...WHERE, isTyping: true })).toBeNull();
    expect(actionOf(press('j'), { ...WHERE, hasLetters: false })).toBeNull();
    expect(actionOf(press(' '), { ...WHERE, hasLetters: false })).toEqual({ kind: 'pause' });
  });

  test('a button keeps Space, a chart its arrows, a dialog all', () => {
    expect(actionOf(press(' '), { ...WHERE, isControl: true })).toBeNull();
    expect(actionOf(press('ArrowLeft'), { ...WHERE, isControl: true })).toBeNull();
    expect(actionOf(press('1'), { ...WHERE, isDialog: true })).toBeNull();
  });

  test('each has its line in the list', () => {
    const listed = KEY_WORDS.map(([keys]) => keys).join(' ');
    for (const key of ['/', 'Ctrl K', 'Space', 'L', '[ ]', 'J K', 'A', 'C', 'W', 'T', '?', 'Esc']) {
      expect(listed).toContain(key);
    }
  });
});

test('windows are walked one by one, and end at the first and the last', () => {
  const starts = [30, 10, 20];
  expect(nextWindow(starts, null, -1)).toBe(30);
  expect(nextWindow(starts, 20, 1)).toBe(30);
  expect(nextWindow(starts, 30, 1)).toBe(30);
  expect(nextWindow(starts, 20, -10)).toBe(10);
  expect(nextWindow([], null, 1)).toBeNull();
});

describe('commands', () => {
  const commands = commandsOf(PIPELINE, overviewAt(0));

  test('lead to pages, views, streams and alerts', () => {
    expect(new Set(commands.map(({ kind }) => kind))).toEqual(new Set(['page', 'view', 'stream', 'alert']));
    expect(commandsOf(null, null)).toHaveLength(5);
  });

  test('are found by parts of their words, those that begin with it first', () => {
    expect(matching(commands, 'path')[0]?.words).toBe('paths_5min');
    expect(matching(commands, 'view traffic').map(({ words }) => words)).toEqual(['traffic_5min', 'traffic_1h']);
    expect(matching(commands, 'no such thing')).toEqual([]);
    expect(matching(commands, '').length).toBeLessThanOrEqual(12);
  });
});
