import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawWindow } from '../../scripts/window-picture/draw.ts';
import { watchWindow } from '../../scripts/window-picture/watch.ts';
import { ROOT } from '../repository/files.ts';

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19);

test('the picture is what the code does: npm run docs:window draws it', async () => {
  const picture = readFileSync(join(ROOT, 'docs/images/window.svg'), 'utf8');
  expect(drawWindow(await watchWindow())).toBe(picture);
});

test('the window closes with the first event whose watermark passes its end', async () => {
  const { endMs, closedMs, events } = await watchWindow();
  const [first] = events.filter(({ watermarkMs }) => watermarkMs >= endMs);
  expect(clock(closedMs)).toBe('12:06:20');
  expect(first?.arrivedMs).toBe(closedMs);
});

test('five events are on time, one revises the row, and one is too late', async () => {
  const { events, row } = await watchWindow();
  const outcomes = events.map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'on time')).toHaveLength(5);
  expect(outcomes.filter((outcome) => outcome !== 'on time')).toEqual(['next', 'next', 'revises', 'next', 'late']);
  expect(row).toMatchObject({ visits: 6, revision: 3, late_events: 1 });
});
