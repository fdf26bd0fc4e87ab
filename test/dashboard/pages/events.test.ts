import { bytesOf, hexLines, markedText } from '../../../dashboard/src/pages/events/bytes.ts';
import { dryRunWords } from '../../../dashboard/src/pages/events/redrive-words.ts';
import { sumOf } from '../../../dashboard/src/pages/events/sum.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the sum of events', () => {
  const counters = { delivered: 1_052_034, accepted: 1_051_967, late: 12, dead: 37, duplicate: 18, discarded: 0 };

  test('adds up to what was delivered', () => {
    const words = '1,051,967 + 12 + 37 + 18 + 0 = 1,052,034';
    expect(sumOf(counters)).toEqual({ words, addsUp: true, missing: 0 });
  });

  test('says how many are in no place, or in two', () => {
    expect(sumOf({ ...counters, late: 10 })).toMatchObject({ addsUp: false, missing: 2 });
    expect(sumOf({ ...counters, dead: 38 })).toMatchObject({ addsUp: false, missing: -1 });
    expect(sumOf({ ...counters, dead: 38 }).words).toContain('≠');
  });
});

describe('raw bytes', () => {
  test('come out of base64 as they went in, whatever they are', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(bytesOf(Buffer.from(all).toString('base64'))).toEqual(all);
    expect(bytesOf('')).toHaveLength(0);
  });

  test('mark the byte at fault', () => {
    expect(markedText(bytes('46.118.127'), 6)).toEqual({ before: '46.118', marked: '.', after: '127' });
    expect(markedText(bytes('ab'), null)).toEqual({ before: 'ab', marked: '', after: '' });
    expect(markedText(bytes('ab'), 2)).toEqual({ before: 'ab', marked: '', after: '' });
  });

  test('mark the whole character where the byte is in the middle of one', () => {
    expect(markedText(bytes('a€b'), 2)).toEqual({ before: 'a', marked: '€', after: 'b' });
    expect(markedText(bytes('a🙂b'), 4)).toEqual({ before: 'a', marked: '🙂', after: 'b' });
  });

  test('show control characters as pictures and keep line breaks', () => {
    expect(markedText(bytes('a\u0000b\tc\nd\u007f'), null).before).toBe('a␀b␉c\nd␡');
  });

  test('are sixteen a line in hex', () => {
    const [first, second] = hexLines(bytes('46.118.127.106 - x\u0001'), 6, 12);
    expect(first).toMatchObject({ offset: '0000', text: '46.118.127.106 -' });
    expect(first?.cells.map(({ hex }) => hex).slice(0, 7)).toEqual(['34', '36', '2e', '31', '31', '38', '2e']);
    expect(first?.cells.findIndex(({ isMarked }) => isMarked)).toBe(6);
    expect(second).toMatchObject({ offset: '0010', text: ' x.' });
  });

  test('of many lines show those around the fault', () => {
    const long = new Uint8Array(65_536);
    const lines = hexLines(long, 40_000, 12);
    expect(lines).toHaveLength(12);
    expect(lines.some(({ cells }) => cells.some(({ isMarked }) => isMarked))).toBe(true);
    expect(hexLines(long, 65_535, 12).at(-1)?.offset).toBe('fff0');
    expect(hexLines(long, null, 12)[0]?.offset).toBe('0000');
  });
});

describe('a dry run', () => {
  test('says how many would fail again, be late, and count', () => {
    const answer = {
      sent: 0,
      would_count: 2,
      would_fail: [{ id: 'a', reason: 'not_json', detail: 'Unexpected character.' }],
      would_be_late: 1,
      redriven_before: 0,
      failed: [],
    };
    expect(dryRunWords(answer, 4)).toEqual([
      { isWell: false, words: '1 of 4 would fail again: Unexpected character.' },
      { isWell: false, words: '1 of 4 would be late: their windows take no revisions any more.' },
      { isWell: true, words: '2 of 4 would count: today’s definition takes them.' },
    ]);
  });
});
