import { count, pipeline, stream, sum, Timestamp, Type, tumbling, union, view } from '../../../engine/index.ts';
import { unionShape } from '../../../engine/ir/union-definition.ts';
import { JoinWorld } from '../../support/join-world.ts';

const options = { eventTime: 'at', partitionKey: 'user', maxLateness: '0 seconds' } as const;
const web = stream('web', {
  schema: Type.Object({ user: Type.String(), ms: Type.Integer(), page: Type.String(), at: Timestamp('epoch-s') }),
  ...options,
});
const mobile = stream('mobile', {
  schema: Type.Object({ user: Type.String(), ms: Type.Optional(Type.Number()), at: Timestamp('epoch-ms') }),
  ...options,
});
// The types of the two differ, so the union's rows are those of what they share.
const all = union<'all_logins', { user: string; ms: number | null }>('all_logins', [web, mobile] as never);
const logins = view('logins', all)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .groupBy('user')
  .aggregate((e) => ({ logins: count(), ms: sum(e.ms) }));
const exported = pipeline('logins', [logins]);

describe('a union of streams', () => {
  test('has the fields that all have, nullable where one can lack them', () => {
    const [source] = [logins].map((each) => (each as unknown as { definition: { source: unknown } }).definition.source);
    const { fields } = unionShape(source as never);
    expect([...fields.keys()]).toEqual(['user', 'ms', 'at']);
    expect(fields.get('ms')).toMatchObject({ type: { kind: 'number', nullable: true } });
  });

  test('counts the events of all, and closes when the last of them has come so far', async () => {
    const world = new JoinWorld(exported, 2);
    await world.take('web', [{ user: 'ann', ms: 5, page: '/', at: 10 }]);
    await world.take('mobile', [{ user: 'ann', at: 20_000 }]);
    await world.take('web', [{ user: 'bob', ms: 1, page: '/', at: 70 }], 1);
    await world.finalizeAll();
    expect(await world.rows('logins')).toEqual([]);
    await world.end();
    expect(await world.rows('logins')).toEqual([
      expect.objectContaining({ user: 'ann', logins: 2, ms: 5 }),
      expect.objectContaining({ user: 'bob', logins: 1, ms: 1 }),
    ]);
  });

  test('is not held up by a stream that is idle, and takes what that brings late as late', async () => {
    const world = new JoinWorld(exported);
    await world.take('web', [
      { user: 'ann', ms: 5, page: '/', at: 10 },
      { user: 'ann', ms: 5, page: '/', at: 70 },
    ]);
    await world.sweepFor(6);
    await world.finalizeAll();
    expect(await world.rows('logins')).toMatchObject([{ user: 'ann', logins: 1 }]);
    await world.take('mobile', [{ user: 'ann', at: 30_000 }]);
    await world.finalizeAll();
    expect(await world.rows('logins')).toMatchObject([{ user: 'ann', logins: 2 }]);
  });

  test.each([
    ['one stream', [web], 'needs a list of at least two streams or views'],
    ['a union', [web, all], "entry 2 is union 'all_logins'"],
    ['a stream twice', [web, web], 'names a source twice'],
  ])('is refused of %s', (_, streams, message) => {
    expect(() => union('all_logins', streams as never)).toThrow(message);
  });
});
