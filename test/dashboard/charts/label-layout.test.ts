import { spreadLabels } from '../../../dashboard/src/charts/label-layout.ts';

test('labels that touch move apart around their middle', () => {
  expect(spreadLabels([50, 52], 14, 0, 100)).toEqual([44, 58]);
  expect(spreadLabels([10, 90], 14, 0, 100)).toEqual([10, 90]);
});

test('labels stay inside', () => {
  expect(spreadLabels([1, 2, 99], 14, 0, 100)).toEqual([0, 14, 99]);
});

test('whatever the places: in their order, apart, and inside while there is room', () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 300; round++) {
    const places = Array.from({ length: 1 + Math.floor(random() * 6) }, () => random() * 100);
    const spread = spreadLabels(places, 14, 0, 100);
    const order = places.map((_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number));
    order.forEach((index, i) => {
      const y = spread[index] as number;
      expect(y).toBeGreaterThanOrEqual(-1e-6);
      expect(y).toBeLessThanOrEqual(100 + 1e-6);
      if (i > 0) expect(y - (spread[order[i - 1] as number] as number)).toBeGreaterThanOrEqual(14 - 1e-6);
    });
  }
});
