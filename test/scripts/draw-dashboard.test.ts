import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sketchedCurve } from '../../scripts/dashboard-picture/curves.ts';
import { drawDashboard } from '../../scripts/dashboard-picture/draw-dashboard.ts';
import { PICTURE, pictureOfDashboard } from '../../scripts/dashboard-picture/picture.ts';
import '../lib/quick-synthesis.ts';

const ROOT = resolve(__dirname, '../..');

test('the committed picture of the dashboard is what its definition gives: draw it again with npm run docs:dashboard', () => {
  expect(readFileSync(resolve(ROOT, PICTURE), 'utf8')).toBe(pictureOfDashboard(ROOT));
});

test('a curve is made of its name alone, stays in its plot, and is flat of what is nought where all is well', () => {
  const curve = sketchedCurve('p99', 'CommitLatencyMs');
  expect(curve).toEqual(sketchedCurve('p99', 'CommitLatencyMs'));
  expect(curve).not.toEqual(sketchedCurve('p50', 'CommitLatencyMs'));
  expect(Math.min(...curve)).toBeGreaterThan(0);
  expect(Math.max(...curve)).toBeLessThan(1);
  expect(new Set(sketchedCurve('dead letters', 'EventsDead')).size).toBe(1);
});

test('the picture says that it is a sketch, and letters that mean something in XML are written so', () => {
  const markdown = '# A & B\nMore <than> that.';
  const picture = drawDashboard([{ type: 'text', x: 0, y: 0, width: 24, height: 2, properties: { markdown } }]);
  expect(picture).toContain('curves and numbers are made up');
  expect(picture).toContain('A &amp; B');
  expect(picture).toContain('More &lt;than&gt; that.');
});

test('a graph shows the names of its metrics, but not of those that only an expression needs', () => {
  const metrics = [
    [{ label: 'share', expression: 'a / b' }],
    ['Streamgauge', 'EventsDead', 'stream', 'clicks', { visible: false }],
  ];
  const picture = drawDashboard([
    { type: 'metric', x: 0, y: 0, width: 8, height: 6, properties: { title: 'Share', metrics } },
  ]);
  expect(picture).toContain('>share</text>');
  expect(picture).not.toContain('EventsDead');
});
