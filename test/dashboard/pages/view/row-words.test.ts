import type { Row } from '../../../../api/schemas/common.ts';
import type { Column } from '../../../../api/schemas/pipeline.ts';
import { cellWords, stateOf, timesOf } from '../../../../dashboard/src/pages/view/row-words.ts';

const at = (text: string) => Date.parse(`2026-11-25T${text}Z`);
const times = {
  ...{ start: at('18:35:00'), end: at('18:40:00'), nowMs: at('18:35:41'), watermarkMs: at('18:34:39') },
  ...{ updatedAt: null, inZone: 'UTC' as const, serverMs: at('18:35:41') },
};
const open = { is_final: false, revision: 0 };

test('an open row says how far its window is, and then when it closes', () => {
  expect(stateOf(open, times)).toEqual({ kind: 'open', words: 'open, 41 s of 5 min' });
  const ended = { ...times, start: at('18:30:00'), end: at('18:35:00') };
  expect(stateOf(open, ended)).toEqual({ kind: 'open', words: 'ended, closes in 21 s' });
  expect(stateOf(open, { ...ended, watermarkMs: null }).words).toBe('ended, closing');
  expect(stateOf(open, { ...times, end: null }).words).toBe('as it stands');
});

test('a final row is final, or revised, and then says when', () => {
  expect(stateOf({ is_final: true, revision: 1 }, times)).toEqual({ kind: 'final', words: 'final' });
  expect(stateOf({ is_final: true, revision: 3 }, times)).toEqual({ kind: 'revised', words: 'r3, revised' });
  const revised = (updatedAt: number) => stateOf({ is_final: true, revision: 3 }, { ...times, updatedAt }).words;
  expect(revised(at('18:02:11'))).toBe('r3, revised 18:02');
  expect(revised(at('18:02:11') - 86_400_000)).toBe('r3, revised Tue 24 Nov 18:02');
});

test('cells of any type', () => {
  const column = (change: Partial<Column>) => ({ type: 'number', unit: null, ...change }) as Column;
  expect(cellWords(column({ unit: 'bytes' }), 3_400_000)).toBe('3.4 MB');
  expect(cellWords(column({ unit: 'count' }), 12_345)).toBe('12,345');
  expect(cellWords(column({}), null)).toBe('null');
  expect(cellWords(column({ type: 'boolean' }), true)).toBe('true');
  expect(cellWords(column({ type: 'string' }), '')).toBe('"" (empty)');
  expect(cellWords(column({ type: 'any' }), [1, 2])).toBe('[1,2]');
});

test('a total has a moment and no end', () => {
  const base = { revision: 1, late_events: 0, is_final: false };
  expect(timesOf({ ...base, as_of: '2026-11-25T18:00:00.000Z' } as Row)).toEqual({ start: at('18:00:00'), end: null });
});
