import fc from 'fast-check';
import { formatSideOutputId, parseSideOutputId, type SideOutputName } from '../../adapters/side-output-id.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const position = fc.record({
  sequence: fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map(String),
  index: fc.nat(),
});
const names: fc.Arbitrary<SideOutputName> = fc.oneof(
  fc.record({ kind: fc.constant('dead' as const), stream: text, shard: text, position, view: fc.constant('') }),
  fc.record({ kind: fc.constant('late' as const), stream: text, shard: text, position, view: text }),
);

test('an id reads back as the name that it was made of, whatever characters that has', () => {
  fc.assert(
    fc.property(names, (name) => {
      const id = formatSideOutputId(name);
      expect(id).toMatch(/^[A-Za-z0-9._!/-]+$/);
      expect(parseSideOutputId(id)).toEqual(name);
    }),
  );
});

test.each([
  '',
  'dead',
  'dead/a/b',
  'dead/a/b/1',
  'dead/a/b/1.0.v',
  'late/a/b/1.0',
  'gone/a/b/1.0',
  'dead/a/b/x.0',
  'dead/a/b/c/1.0',
])('%j is no id', (id) => {
  expect(parseSideOutputId(id)).toBeNull();
});
