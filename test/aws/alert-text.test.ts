import { alertText } from '../../adapters/aws/alert-text.ts';
import type { SentAlert } from '../../engine/ports/alert-sink.ts';

const message: SentAlert = {
  pipeline: 'shop',
  id: 'by_page@1/busy/0/1',
  sequence: 1,
  kind: 'opened',
  view: 'by_page',
  alert: 'busy',
  severity: 'warning',
  group: { page: 'a\nid  other' },
  window_start: '2026-01-01T10:00:00.000Z',
  window_end: '2026-01-01T10:01:00.000Z',
  from: '2026-01-01T10:00:00.000Z',
  to: null,
  reason: 'x'.repeat(2000),
  merged_into: null,
  grouped: null,
  links: null,
};

test('a text of an event adds no line, and a long one is cut', () => {
  const lines = alertText(message).split('\n');
  expect(lines).toContain('group      page=a?id  other');
  expect(lines[0]).toHaveLength(1001);
});

test('a link is the last line and is never cut', () => {
  const window = `https://example.com/views/by_page/windows?${'x'.repeat(1900)}`;
  expect(
    alertText({ ...message, links: { view: '', window } })
      .split('\n')
      .slice(-2),
  ).toEqual([`see        ${window}`, '']);
});
