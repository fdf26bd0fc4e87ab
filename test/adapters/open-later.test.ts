import { openLater } from '../../adapters/open-later.ts';

test('is opened with the first use, and once', async () => {
  let opened = 0;
  const later = openLater(async () => ++opened);
  expect(opened).toBe(0);
  expect(await Promise.all([later(), later()])).toEqual([1, 1]);
  expect(await later()).toBe(1);
});

test('is opened again after an attempt that failed', async () => {
  let attempts = 0;
  const later = openLater(async () => {
    attempts++;
    if (attempts === 1) throw new Error('not yet');
    return attempts;
  });
  await expect(later()).rejects.toThrow('not yet');
  expect(await later()).toBe(2);
});
