import { formatTimestamp } from '../../../engine/time/format-timestamp.ts';
import { parseInstant } from '../../../engine/time/instant.ts';
import { parseCommonLog, parseIsoText, parseRfc2822 } from '../../../engine/time/parse-time.ts';
import { OTHER_FORMS } from './other-forms.ts';

test.each(OTHER_FORMS)('%s is %s', (text, usual) => {
  expect(parseIsoText(text)).toBe(parseInstant(usual));
  expect(parseIsoText(usual)).toBe(parseInstant(usual));
});

test.each([
  '',
  '2024',
  '2024-01',
  '2024-02-30',
  '20240230',
  '2024-01-31Z',
  '2024-01-31T24:00:01',
  '2024-01-31T24:30',
  '2024-01-31T25:00',
  '2024-01-31T12:00:61Z',
  '2024-01-31T120000Z',
  '20240131T12:00:00Z',
  '2024-01-31T12:00:00[Europe/Paris]',
  '2024-01-31T12:00:00Z[]',
  '2024-01-31T12:00:00  UTC',
  '2024-01-31T12:00:00 CET',
  '2024-01-31T12:00:00Z ',
])('%j is no ISO 8601 text', (text) => {
  expect(parseIsoText(text)).toBeNaN();
});

test('what is written in a format is read in it', () => {
  for (const ms of [0, 1_431_864_003_000, 1_706_702_399_000, -1000]) {
    expect(parseRfc2822(String(formatTimestamp(ms, 'rfc2822')))).toBe(ms);
    expect(parseCommonLog(String(formatTimestamp(ms, 'common-log')))).toBe(ms);
    expect(parseIsoText(String(formatTimestamp(ms, 'iso8601')))).toBe(ms);
  }
});
