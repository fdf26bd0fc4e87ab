import * as fc from 'fast-check';
import { bar, plainBar } from '../../../runtime/terminal/bar.ts';
import { canRedraw, colorWanted, paint } from '../../../runtime/terminal/color.ts';
import {
  formatCell,
  formatClock,
  formatCount,
  formatDay,
  formatWatermark,
  formatWindow,
} from '../../../runtime/terminal/format.ts';
import { displayWidth, justify, renderLine, sanitize, toWidth, truncate } from '../../../runtime/terminal/text.ts';

const SEED = 20_150_517;

describe('sanitize', () => {
  test.each([
    ['an escape sequence', '\u001b[2Jgone', '\\x1b[2Jgone'],
    ['a line break and a tab', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['an 8-bit control', 'a\u009b31mb', 'a\\x9b31mb'],
    ['text that turns direction', 'abc\u202edef', 'abc\\u{202e}def'],
    ['a zero-width character', 'a\u200bb', 'a\\u{200b}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a tag character beyond 16 bits', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ])('shows %s as escapes', (_what, text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  test('leaves letters of any language as they are', () => {
    expect(sanitize('Größe · 東京 · 🙂')).toBe('Größe · 東京 · 🙂');
  });
});

describe('width', () => {
  test.each([
    ['abc', 3],
    ['東京', 4],
    ['e\u0301', 1],
    ['🙂', 2],
    ['–━', 2],
  ])('%s takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('truncating gives at most the width, and says where something is missing', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef');
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('東京都', 4)).toBe('東…');
    expect(truncate('abc', 0)).toBe('');
    expect(truncate(`a${'\u0301'.repeat(10_000)}`, 4).length).toBeLessThan(50);
  });

  test('whatever the text, a cell has exactly its width and a line never more than its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(displayWidth(toWidth(text, width))).toBe(width);
        expect(displayWidth(toWidth(text, width, 'right'))).toBe(width);
        expect(displayWidth(renderLine([{ text }, { text, style: 'bad' }], width, false))).toBeLessThanOrEqual(width);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('the right part of a line goes where both do not fit', () => {
    const [left, right] = [[{ text: 'left' }], [{ text: 'right' }]];
    expect(renderLine(justify(left, right, 12), 12, false)).toBe('left   right');
    expect(renderLine(justify(left, right, 9), 9, false)).toBe('left');
  });
});

describe('colour', () => {
  test('is only in lines that ask for it', () => {
    const line = [{ text: 'a', style: 'good' as const }, { text: 'b' }];
    expect(renderLine(line, 10, false)).toBe('ab');
    expect(renderLine(line, 10, true)).toBe('\u001b[32ma\u001b[0mb');
    expect(paint('', 'bad', true)).toBe('');
  });

  test.each([
    ['a terminal', {}, true, true],
    ['a pipe', {}, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR and a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ])('with %s it is as wanted', (_what, env, isTTY, expected) => {
    expect(colorWanted(env, { isTTY })).toBe(expected);
  });
});

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('%d is counted as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test.each([
    [-1_234_567, '-1,234,567'],
    [0.034, '0.034'],
    [1 / 3, '0.333'],
    [12_345.6789, '12,345.679'],
    [-0.5, '-0.500'],
    [0.9999, '1.000'],
    [0.00001, '1.00e-5'],
    [9_007_199_254_740_992, '9.01e+15'],
    [null, '–'],
    [undefined, '–'],
    [true, 'true'],
    ['text', 'text'],
    [[{ value: 'a', count: 2 }], 'list of 1'],
    [{ absolute: 1234, percent: 12.5, from: null }, '1,234 / 12.500 / –'],
  ])('the value %j shows as %s', (value, text) => {
    expect(formatCell(value)).toBe(text);
  });

  test('a whole number in a column of fractions has their digits', () => {
    expect(formatCell(0, true)).toBe('0.000');
    expect(formatCell(-1234, true)).toBe('-1,234.000');
    expect(formatCell(null, true)).toBe('–');
  });
});

describe('times', () => {
  const at = (text: string) => Date.parse(text);

  test('windows show minutes, and seconds only where they matter', () => {
    expect(formatWindow(at('2015-05-17T10:05Z'), at('2015-05-17T10:10Z'))).toBe('10:05–10:10');
    expect(formatWindow(at('2015-05-17T23:55Z'), at('2015-05-18T00:00Z'))).toBe('23:55–00:00');
    expect(formatWindow(at('2015-05-17T10:05:10Z'), at('2015-05-17T10:05:20Z'))).toBe('10:05:10–10:05:20');
    expect(formatClock(at('2015-05-17T10:05:10.250Z'))).toBe('10:05:10.250');
  });

  test('a window that runs into another day names it', () => {
    expect(formatWindow(at('2015-05-17T00:00Z'), at('2015-05-19T00:00Z'))).toBe('00:00–19 May 00:00');
    expect(formatWindow(at('2015-05-17T22:00Z'), at('2015-05-18T04:00Z'))).toBe('22:00–18 May 04:00');
    expect(formatDay(at('2015-05-07T00:00Z'))).toBe(' 7 May');
  });

  test('a watermark is a time, or says that there is none or no more', () => {
    expect(formatWatermark(at('2015-05-17T10:05:59.900Z'))).toBe('2015-05-17 10:05:59 UTC');
    expect(formatWatermark(null)).toBe('none yet');
    expect(formatWatermark(at('9999-12-31T23:59:59.999Z'))).toBe('end of input');
  });
});

describe('bars', () => {
  const text = (...args: Parameters<typeof bar>) =>
    bar(...args)
      .map((span) => span.text)
      .join('');

  test('show what is done, what is ahead and what is left', () => {
    expect(text(10, 0.35, 0.6)).toBe('━━━╸╍╍────');
    expect(text(4, 0, 0)).toBe('────');
    expect(text(4, 1, 1)).toBe('━━━━');
  });

  test('always have their width, however wrong the fractions are', () => {
    for (const fraction of [-1, 0, 0.5, 1, 7, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(text(8, fraction, 0.25)).toHaveLength(8);
      expect(text(8, 0.25, fraction)).toHaveLength(8);
    }
  });

  test('a share that is more than nothing shows', () => {
    expect(plainBar(10, 0.001)).toBe('╸');
    expect(plainBar(10, 0)).toBe('');
    expect(plainBar(0, 1)).toBe('');
  });
});

test.each<[string, Record<string, string>, boolean | undefined, boolean]>([
  ['a terminal', { TERM: 'xterm', NO_COLOR: '1' }, true, true],
  ['a dumb terminal, which cannot move its cursor', { TERM: 'dumb' }, true, false],
  ['a pipe', { TERM: 'xterm', FORCE_COLOR: '1' }, undefined, false],
])('whether %s can be drawn over', (_, env, isTTY, expected) => {
  expect(canRedraw(env, { isTTY })).toBe(expected);
});
