import { pinchedRange } from '../../../dashboard/src/charts/pinch.ts';

describe('two fingers', () => {
  test('that spread to twice as far halve what is seen, around their middle', () => {
    expect(pinchedRange([0, 100], [0.4, 0.6], [0.3, 0.7], 1).map(Math.round)).toEqual([25, 75]);
  });

  test('that come together see more', () => {
    expect(pinchedRange([0, 100], [0.25, 0.75], [0.375, 0.625], 1).map(Math.round)).toEqual([-50, 150]);
  });

  test('that move beside each other take the picture with them', () => {
    const [from, to] = pinchedRange([0, 100], [0.2, 0.4], [0.4, 0.6], 1);
    expect([from, to].map(Math.round)).toEqual([-20, 80]);
  });

  test('zoom no closer than one window, whichever finger is first', () => {
    const [from, to] = pinchedRange([0, 100], [0.52, 0.5], [0, 1], 10);
    expect(to - from).toBeCloseTo(10);
    expect((from + to) / 2).toBeCloseTo(51);
  });

  test('on one spot do not make it endless', () => {
    const [from, to] = pinchedRange([0, 100], [0.4, 0.6], [0.5, 0.5], 1);
    expect(to - from).toBeCloseTo(1000);
  });
});
