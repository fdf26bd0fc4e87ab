// biome-ignore-all lint/suspicious/noExplicitAny: what the compiler refuses is written as from a file that is not type-checked
import { pattern, stream, Timestamp, Type } from '../../../engine/index.ts';

const events = stream('events', {
  schema: Type.Object({
    user: Type.String(),
    n: Type.Integer(),
    ok: Type.Boolean(),
    tags: Type.Array(Type.String()),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '0 seconds',
});

const start = () => pattern('p', events, { partitionBy: 'user' });
const begun = () => start().begin('a', (e) => e.n.eq(1));
const untyped = () => begun() as any;

describe('a pattern is refused at load', () => {
  test.each<[string, () => unknown, string]>([
    ['without a key', () => pattern('p', events, {} as never), 'partitionBy names no field'],
    [
      'with a key that is no field',
      () => pattern('p', events, { partitionBy: 'usr' as never }),
      "partitionBy names 'usr'",
    ],
    [
      'with a key that is a list',
      () => pattern('p', events, { partitionBy: 'tags' as never }),
      "partitionBy names 'tags'",
    ],
    ['without steps', () => (start() as unknown as { select(): void }).select(), 'the pattern has no steps'],
    ['with a step twice', () => untyped().next('a'), 'there is a step of this name already'],
    ["with a step's name that is none", () => untyped().next('no name'), "a step's name has 1 to 63 characters"],
    ['that begins twice', () => untyped().begin('b'), 'the pattern has begun already'],
    [
      'with more than 15 steps',
      () => Array.from({ length: 15 }).reduce((built: any, _, index) => built.next(`s${index}`), begun()),
      'at most 15 steps',
    ],
    [
      'where absence is at the end and there is no limit',
      () => begun().notFollowedBy('b').select(),
      "with 'b', which must not come, and without a limit",
    ],
    [
      'where absence can be at the end',
      () => begun().notFollowedBy('b').followedBy('c').optional().select(),
      'without a limit',
    ],
    [
      'that begins with absence',
      () =>
        start()
          .sequence('!a -> b', { a: (e) => e.ok, b: (e) => e.ok })
          .select(),
      'nothing says from when on',
    ],
    ['whose steps are all optional', () => begun().optional().select(), 'all steps are optional'],
    [
      'that skips to the first event of its match',
      () => begun().next('b').skip({ toFirst: 'a' }).select(),
      'would be found again, for ever',
    ],
    [
      'that skips to a last event that can be the first',
      () => begun().oneOrMore().next('b').skip({ toLast: 'a' }).select(),
      'for ever',
    ],
    [
      'that skips behind an optional step to what can be first',
      () => begun().optional().next('b').skip({ toFirst: 'b' }).select(),
      'for ever',
    ],
    [
      'that skips to no step',
      () => untyped().skip({ toFirst: 'z' }).select(),
      "skip goes to step 'z', and there is no such step",
    ],
    [
      'that skips to an optional step',
      () => begun().next('b').optional().next('c').skip({ toFirst: 'b' }).select(),
      'which is optional',
    ],
    ['that skips in no known way', () => untyped().skip('later'), "needs 'none', 'pastLast'"],
    [
      'that is greedy at its end',
      () => begun().oneOrMore().greedy().select(),
      'nothing says when it has all its events',
    ],
    ['that is greedy of one event', () => begun().greedy(), 'nothing to be greedy about'],
    [
      'that is greedy of each choice',
      () => begun().oneOrMore({ between: 'followedByAny' }).greedy().next('b').select(),
      'a match of each choice',
    ],
    [
      'with until where the number is known',
      () =>
        begun()
          .times(3)
          .until((e) => e.ok),
      'there is no repetition to end',
    ],
    ['with a number twice', () => begun().times(3).oneOrMore(), 'is said already'],
    ['with a number of nothing', () => begun().times(0), 'must be a whole number from 1'],
    ['with a range upside down', () => begun().times([3, 2]), 'Give the smaller number first'],
    ['with a repetition of what must not come', () => untyped().notNext('b').times(2), 'takes no events'],
    ['with no time', () => untyped().within('0 ms'), 'at least 1 ms'],
    ['with time-outs and no limit', () => begun().selectTimeouts(), "Call .within('5 minutes') first"],
    [
      'that reads a step that is not there',
      () => untyped().next('b', (_: unknown, { c }: any) => c.n.gt(1)),
      "has no field 'c'",
    ],
    [
      'that reads a later step',
      () => start().sequence('a -> b', { a: (e, { b }) => e.n.gt(b.n), b: (e) => e.ok }),
      "has no field 'b'",
    ],
    [
      'that has a column of each match',
      () => untyped().select(({ a }: any) => ({ reason: a.user })),
      'is a column that every match has',
    ],
    [
      'that has a column of the key',
      () => untyped().select(({ a }: any) => ({ user: a.user })),
      "'user' is already a column",
    ],
    [
      'that reads a list of an earlier event',
      () =>
        untyped()
          .next('b', (_: unknown, { a }: any) => a.tags.isNull())
          .select(),
      "reads 'tags' of an event that came before",
    ],
    ['whose condition is swallowed', () => begun().next('b', (e, { a }) => e.ok && a.ok), 'used by nothing'],
    [
      'whose sum is of a text',
      () =>
        untyped()
          .times(2)
          .next('b', (_: unknown, { a }: any) => a.sum((e: any) => e.user)),
      'given a string, and needs a number',
    ],
    [
      'whose text has no arrow',
      () => start().sequence('a b' as 'a', { a: (e: any) => e.ok }),
      'ends with an arrow|where an arrow has to be',
    ],
    ['whose text has no step', () => start().sequence('a -> b{}' as 'a', { a: (e) => e.ok }), 'is no step'],
    [
      'whose text has a step without a condition',
      () => start().sequence('a -> b', { a: (e: any) => e.ok } as never),
      "step 'b' has no condition",
    ],
    [
      'whose text lacks a step',
      () => start().sequence('a', { a: (e: any) => e.ok, b: (e: any) => e.ok } as never),
      "has no setting 'b'",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new RegExp(message.replace(/[.*+?^${}()[\]\\]/g, '\\$&')));
  });
});

describe('the text of a pattern', () => {
  test('says the same as its methods', () => {
    const [any] = [(e: { ok: unknown }) => e.ok as never];
    const text = start()
      .sequence('a{2,3} => b+ ~> c? -> !d', { a: any, b: any, c: any, d: any })
      .within('5 minutes')
      .select();
    const built = start()
      .begin('a', any)
      .times([2, 3])
      .next('b', any)
      .oneOrMore()
      .followedByAny('c', any)
      .optional()
      .notFollowedBy('d', any)
      .within('5 minutes')
      .select();
    const definition = (source: unknown) => (source as { definition: unknown }).definition;
    expect(definition(text)).toEqual(definition(built));
  });
});

test('conditions are divided: what is of the event alone, and what looks at earlier ones', () => {
  const source = begun()
    .next('b', (e, { a }) => e.ok.and(e.n.gt(a.n), e.n.lt(9)))
    .select();
  const { pattern: made, columns } = (source as unknown as { definition: { source: any } }).definition.source;
  const [, b] = made.steps;
  expect(b.condition.ofEvent).toMatchObject({ op: 'and', operands: [{ path: ['ok'] }, { operator: 'lt' }] });
  expect(b.condition.ofMatch).toMatchObject({ operator: 'gt', right: { path: ['matched.a', 'last', 'n'] } });
  expect(columns).toMatchObject([{ path: ['n'] }]);
});
