import { Rewriting } from '../../../engine/ingest/rewriting.ts';

const KEY = { partition: 'segment#pages@1#0#s1', sort: '2026-01-01T00:00:00.000Z#0#0000000001' };
const sizes = (lastBytes: number, newBytes: number) => ({ key: KEY, lastBytes, newBytes });

describe('Rewriting a last segment', () => {
  test('pays where the merged segment takes no more units than the new one, with key and attributes', () => {
    const rewriting = new Rewriting();
    const keyAndAttributes = KEY.partition.length + KEY.sort.length + 20;
    expect(rewriting.pays(sizes(300, 300), 1024 - keyAndAttributes)).toBe(true);
    expect(rewriting.pays(sizes(300, 300), 1025 - keyAndAttributes)).toBe(false);
  });

  test('pays where it saves the deletion of a large one: of 4 units and 4 more, a merged one may have 5', () => {
    const rewriting = new Rewriting();
    expect(rewriting.pays(sizes(3500, 3500), 4500)).toBe(true);
    expect(rewriting.pays(sizes(3500, 3500), 5500)).toBe(false);
  });

  test('is tried while nothing is known, and not where even the larger part costs more', () => {
    expect(new Rewriting().mayPay('v', sizes(3500, 3500))).toBe(true);
    expect(new Rewriting().mayPay('v', sizes(3500, 100))).toBe(false);
  });

  test('is decided from sizes alone once a merge has shown how much the groups share', () => {
    const rewriting = new Rewriting();
    rewriting.learn('v', sizes(3500, 3500), 6500);
    expect(rewriting.mayPay('v', sizes(3500, 3500))).toBe(false);
    expect(rewriting.mayPay('another view', sizes(3500, 3500))).toBe(true);
    rewriting.learn('v', sizes(3500, 3500), 3600);
    expect(rewriting.mayPay('v', sizes(3500, 3500))).toBe(true);
  });

  test('is tried again in fewer than a hundred decisions, for groups may come to repeat', () => {
    const rewriting = new Rewriting();
    rewriting.learn('v', sizes(3500, 3500), 7000);
    const tried = Array.from({ length: 100 }, () => rewriting.mayPay('v', sizes(3500, 3500)));
    expect(tried.indexOf(true)).toBeGreaterThan(30);
  });

  test('may cost more than appending where a factor says so', () => {
    expect(new Rewriting(4).mayPay('v', sizes(3500, 100))).toBe(true);
    expect(new Rewriting(4).mayPay('v', sizes(9500, 100))).toBe(false);
  });
});
