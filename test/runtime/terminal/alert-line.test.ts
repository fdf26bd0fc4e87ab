import { alertLine, TerminalAlertSink } from '../../../runtime/terminal/alert-line.ts';
import { renderLive } from '../../../runtime/terminal/render-live.ts';
import { renderLine } from '../../../runtime/terminal/text.ts';
import { MESSAGE } from '../../conformance/alert-sink.ts';
import { stream, traffic } from './status-fixture.ts';

const plain = (message: typeof MESSAGE) => renderLine(alertLine(message), Number.POSITIVE_INFINITY, false);

test('a message is one line: what, of whom, why, as of when, and the id that tells a repeat', () => {
  expect(plain(MESSAGE)).toBe(
    ' critical opened errors.many checkout, null, 3, true  errors > 100: errors is 512  2026-01-01T00:01:00.000Z  errors@0123456789ab/many/0/1#1',
  );
});

test('texts of events cannot act on the terminal', () => {
  const hostile = '\u001b]0;title\u0007\u001b[2J\nnext\u202e';
  const line = plain({ ...MESSAGE, reason: hostile, group: { service: hostile } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(line).toContain('\\x1b]0;title\\x07');
});

test('a group is told from others, and leaves room for what happened to it', () => {
  const line = plain({ ...MESSAGE, group: { none: null, text: 'null', empty: '', long: 'x'.repeat(10_000) } });
  expect(line).toMatch(/ errors\.many null, "null", "", x{79}… {2}errors > 100/);
});

test('the last messages stay in sight above a live table, and go to whoever prints lines', async () => {
  const printed: string[] = [];
  const sink = new TerminalAlertSink((line) => printed.push(renderLine(line, 200, false)));
  for (let sequence = 1; sequence <= 7; sequence++) await sink.send({ ...MESSAGE, sequence });
  expect(printed).toHaveLength(7);
  expect(sink.recent.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6, 7]);
  const status = {
    pipeline: 'p',
    nowMs: 0,
    url: null,
    store: 's',
    streams: [stream],
    views: [traffic],
    alerts: sink.recent,
  };
  const shown = (rows: number) => renderLive(status, { columns: 200, rows, color: false }).match(/#\d/g);
  expect(shown(40)).toEqual(['#3', '#4', '#5', '#6', '#7']);
  expect(shown(20)).toEqual(['#7']);
});
