import { placeTooltip } from '../../../dashboard/src/charts/tooltip-layout.ts';

const room = (x: number, top: number, bottom: number) => ({
  width: 200,
  height: 80,
  chartWidth: 600,
  chartHeight: 200,
  x,
  drawnBetween: () => [top, bottom] as const,
});

test('below the line, else above it, else beside the point', () => {
  expect(placeTooltip(room(300, 20, 60))).toEqual({ left: 200, top: 68 });
  expect(placeTooltip(room(300, 120, 180))).toEqual({ left: 200, top: 32 });
  expect(placeTooltip(room(300, 40, 160))).toEqual({ left: 316, top: 8 });
});

test('never out of the chart', () => {
  expect(placeTooltip(room(10, 20, 60)).left).toBe(0);
  expect(placeTooltip(room(590, 20, 60)).left).toBe(400);
  expect(placeTooltip(room(590, 40, 160)).left).toBe(374);
});

test('what is drawn is asked for where the tooltip would stand', () => {
  const asked: (readonly [number, number])[] = [];
  placeTooltip({
    ...room(590, 0, 0),
    drawnBetween: (from, to) => {
      asked.push([from, to]);
      return [0, 10];
    },
  });
  expect(asked).toEqual([[400, 600]]);
});
