import { type Warm, WarmShards } from '../../lambdas/aggregate/warm-shards.ts';

function setUp() {
  const shards = new WarmShards<Warm>();
  const made: string[] = [];
  const use = (shard: string, rememberedIds = 0) =>
    shards.of('clicks', shard, () => {
      made.push(shard);
      return { rememberedIds };
    });
  return { shards, made, use };
}

test('a shard is made once, and again after it was dropped', () => {
  const { shards, made, use } = setUp();
  expect(use('a')).toBe(use('a'));
  shards.drop('clicks', 'a');
  use('a');
  expect(made).toEqual(['a', 'a']);
});

test('shards of the same id in two streams are two', () => {
  const shards = new WarmShards<Warm>();
  const first = shards.of('clicks', 'a', () => ({ rememberedIds: 0 }));
  expect(shards.of('orders', 'a', () => ({ rememberedIds: 0 }))).not.toBe(first);
});

test('of more than 32 the one that was not used for longest is forgotten', () => {
  const { made, use } = setUp();
  for (let i = 0; i < 32; i++) use(`s${i}`);
  use('s0');
  use('one more');
  use('s0');
  expect(made).toHaveLength(33);
  use('s1');
  expect(made.at(-1)).toBe('s1');
});

test('of more than eight million ids the eldest are forgotten, and never the one that is being used', () => {
  const { made, use } = setUp();
  use('a', 4_000_000);
  use('b', 4_000_000);
  use('c', 9_000_000);
  use('c');
  expect(made).toEqual(['a', 'b', 'c']);
  use('b');
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
