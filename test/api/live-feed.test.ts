import fc from 'fast-check';
import { LiveFeed } from '../../api/live-feed.ts';
import { mergeDiff } from '../../api/merge-diff.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { mergePatch } from '../../client/merge-patch.ts';

const state = (n: number, more: object = {}) => ({ now: n, ...more }) as unknown as Overview;

test('a reader without an id has a snapshot, one with it what was missed', () => {
  const feed = new LiveFeed({ name: 'b1' });
  feed.take(state(1));
  feed.take(state(2));
  expect(feed.after(null)).toEqual([{ id: 'b1-2', event: 'snapshot', data: '{"now":2}' }]);
  expect(feed.after('b1-1')).toEqual([{ id: 'b1-2', event: 'patch', data: '{"now":2}' }]);
  expect(feed.after('b1-2')).toEqual([]);
});

test('the first state is a snapshot, for those who read before there was any', () => {
  const feed = new LiveFeed({ name: 'b1' });
  expect(feed.after(null)).toEqual([]);
  expect(feed.take(state(1))).toEqual({ id: 'b1-1', event: 'snapshot', data: '{"now":1}' });
});

test('an id of another server, of the future, or of long ago has a snapshot', () => {
  const feed = new LiveFeed({ name: 'b1', kept: 3 });
  for (let n = 1; n <= 10; n++) feed.take(state(n));
  for (const id of ['b2-9', 'b1-11', 'b1-2', 'b1-x', '', 'b1-']) {
    expect(feed.after(id).map(({ event }) => event)).toEqual(['snapshot']);
  }
  expect(feed.after('b1-7').map(({ id }) => id)).toEqual(['b1-8', 'b1-9', 'b1-10']);
});

test('nothing that has changed is no message', () => {
  const feed = new LiveFeed({ name: 'b1' });
  feed.take(state(1));
  expect(feed.take(state(1))).toBeNull();
});

test('whenever a reader comes back, it has what one has who never left', () => {
  const value = fc.oneof(fc.integer(), fc.constant(null), fc.dictionary(fc.constantFrom('x', 'y'), fc.integer()));
  const states = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(states, fc.nat(11), (all, leaves) => {
      const feed = new LiveFeed({ name: 'f', kept: 4 });
      let [shown, id]: [unknown, string | null] = [null, null];
      const read = () => {
        for (const message of feed.after(id)) {
          const data: unknown = JSON.parse(message.data);
          shown = message.event === 'snapshot' ? data : mergePatch(shown, data);
          id = message.id;
        }
      };
      all.forEach((next, i) => {
        feed.take(next as unknown as Overview);
        if (i < leaves) read();
      });
      read();
      expect(withoutNulls(shown)).toEqual(withoutNulls(all.at(-1)));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('a diff of two states makes the one of the other', () => {
  const json = fc.object({
    maxDepth: 3,
    values: [fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer())],
  });
  fc.assert(
    fc.property(json, json, (before, after) => {
      const patch = mergeDiff(before, after);
      const made = patch === undefined ? before : mergePatch<unknown>(before, patch);
      expect(withoutNulls(made)).toEqual(withoutNulls(after));
    }),
    { seed: 4, numRuns: 500 },
  );
});

/** What is null and what is missing are the same to a reader. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}
