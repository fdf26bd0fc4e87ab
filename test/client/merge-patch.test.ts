import fc from 'fast-check';
import { mergePatch } from '../../client/merge-patch.ts';

/** The examples of RFC 7396, appendix A, that apply to objects. */
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j is %j', (target, patch, result) => {
  expect(withoutNulls(mergePatch<unknown>(target, patch))).toEqual(withoutNulls(result));
});

test('a field that has become null is null, and a thing that is gone is gone', () => {
  const target = { reload_error: 'x', views: { cells: { stuck: { code: 'x' }, cells: { 1: {}, 2: {} } }, b: {} } };
  const patch = { reload_error: null, views: { cells: { stuck: null, cells: { 1: null } }, b: null } };
  expect(mergePatch<unknown>(target, patch)).toEqual({
    reload_error: null,
    views: { cells: { stuck: null, cells: { 2: {} } } },
  });
});

test('what a patch does not touch stays the same object', () => {
  const target = { views: { a: { rows: 1 }, b: { rows: 2 } } };
  const merged = mergePatch(target, { views: { b: { rows: 3 } } });
  expect(merged.views.a).toBe(target.views.a);
  expect(merged.views.b).toEqual({ rows: 3 });
  expect(target.views.b.rows).toBe(2);
});

test('a hostile name is a name like any other', () => {
  const patch = JSON.parse('{"views": {"__proto__": {"rows": 1}, "constructor": {"rows": 2}}}');
  const merged = mergePatch<{ views: Record<string, { rows: number }> }>({ views: {} }, patch);
  expect(Object.keys(merged.views).sort()).toEqual(['__proto__', 'constructor']);
  expect(({} as { rows?: number }).rows).toBeUndefined();
});

test('a patch twice is a patch once', () => {
  const json = fc.object({ maxDepth: 3, values: [fc.integer(), fc.string(), fc.constant(null)] });
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const once = mergePatch<unknown>(target, patch);
      expect(mergePatch(once, patch)).toEqual(once);
    }),
    { seed: 7 },
  );
});

/** What is null and what is missing are the same to a reader. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}
