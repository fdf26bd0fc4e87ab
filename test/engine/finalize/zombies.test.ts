import type { ResultStore, RowWrite } from '../../../engine/ports/result-store.ts';
import { click, recordsOf } from '../../support/clicks.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { World } from '../../support/world.ts';

/** Result rows whose writes can be stopped in mid-air, as by a sandbox that freezes. */
class FreezingResults implements ResultStore {
  readonly #inner: ResultStore;
  #thaw: () => void = () => {};
  frozen: Promise<void>;
  #reached: () => void = () => {};
  readonly #thawed: Promise<void>;

  constructor(inner: ResultStore) {
    this.#inner = inner;
    this.frozen = new Promise((resolve) => {
      this.#reached = resolve;
    });
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw();
  }

  async put(writes: readonly RowWrite[]) {
    this.#reached();
    await this.#thawed;
    return this.#inner.put(writes);
  }

  get: ResultStore['get'] = (keys) => this.#inner.get(keys);
  windows: ResultStore['windows'] = (query) => this.#inner.windows(query);
  latest: ResultStore['latest'] = (view, group) => this.#inner.latest(view, group);
}

async function content(world: World): Promise<unknown[]> {
  return (await world.rows()).map(({ columns, revision }) => [columns.page, columns.views, columns.amount, revision]);
}

describe('a finalizer that froze before it wrote its rows', () => {
  test('cannot undo what its successor wrote: its write comes late and is refused', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    const results = new FreezingResults(world.stores.results);
    const zombie = world.finalize('pages', 0, { results });
    await results.frozen;
    await world.take(recordsOf([click('10:02')], 3));
    expect(await world.finalize()).toMatchObject({ outcome: 'done', rowsWritten: 1 });
    const after = await content(world);
    results.thaw();
    expect(await zombie).toMatchObject({ outcome: 'fenced' });
    expect(await content(world)).toEqual(after);
    expect(after).toEqual([['/a', 2, 0, 1]]);
  });

  test('cannot undo a row that its successor recomputed to the content that it already had', async () => {
    const amounts = (amount: number) => click('10:02', '/a', { amount });
    const world = new World({ views: ['balance'] });
    await world.take(recordsOf([amounts(5), click('10:08')]));
    await world.finalize('balance');
    const [first] = await world.stored('balance');
    //   row:        5, an early epoch
    //   zombie:     claims, computes 12, freezes ........................................ its write comes late
    //   successor:                               claims, computes 5 again: the same content, a new epoch
    await world.take(recordsOf([amounts(7)], 3));
    const results = new FreezingResults(world.stores.results);
    const zombie = world.finalize('balance', 0, { results });
    await results.frozen;
    await world.take(recordsOf([amounts(-7)], 4));
    expect(await world.finalize('balance')).toMatchObject({ outcome: 'done', rowsWritten: 1 });
    results.thaw();
    expect(await zombie).toMatchObject({ outcome: 'fenced' });
    const [row] = await world.stored('balance');
    expect(row).toEqual({ ...first, epoch: expect.any(Number) });
    expect(row?.epoch).toBeGreaterThan(first?.epoch ?? 0);
  });

  test('and wrote between the read and the write of its successor leaves no two rows of one revision', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    const results = new FreezingResults(world.stores.results);
    const zombie = world.finalize('pages', 0, { results });
    await results.frozen;
    await world.take(recordsOf([click('10:02')], 3));
    //   zombie:     claims, finds no row, freezes ............ | writes revision 1
    //   successor:                           claims, finds no row |                   | its revision 1 is refused
    const successor = new FreezingResults(world.stores.results);
    const done = world.finalize('pages', 0, { results: successor });
    await successor.frozen;
    results.thaw();
    await zombie;
    expect(await content(world)).toEqual([['/a', 1, 0, 1]]);
    successor.thaw();
    expect(await done).toMatchObject({ outcome: 'done', rowsWritten: 1 });
    expect(await content(world)).toEqual([['/a', 2, 0, 2]]);
  });

  test('and whose successor was idle goes on: nobody else has claimed', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    const results = new FreezingResults(world.stores.results);
    const zombie = world.finalize('pages', 0, { results });
    await results.frozen;
    results.thaw();
    expect(await zombie).toMatchObject({ outcome: 'done' });
    expect(await content(world)).toEqual([['/a', 1, 0, 1]]);
  });
});

describe('a finalizer that died', () => {
  test('is followed by one that reads the rows before it writes them', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    const results = new CrashPoint(1, 'after').wrap(world.stores.results);
    await expect(world.finalize('pages', 0, { results })).rejects.toThrow(Crash);
    expect(await world.progress()).toMatchObject({ held: true });
    expect(await world.finalize()).toMatchObject({ outcome: 'done', rowsWritten: 0 });
    expect(await world.progress()).toMatchObject({ held: false, unfinishedEpoch: 1 });
    expect(await content(world)).toEqual([['/a', 1, 0, 1]]);
  });

  test('after its last row leaves nothing that the sweep would wake for again and again', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.finalize();
    await world.take(recordsOf([click('10:02')], 3));
    const dying = { ...bound(world), transact: failingAt(world, 3) };
    await expect(world.finalize('pages', 0, { state: dying })).rejects.toThrow('The process died.');
    world.clock.advance(60_000);
    expect(await world.sweep()).toMatchObject({ wakes: 1 });
    await world.finalize();
    expect(await world.progress()).toMatchObject({ held: false });
    world.clock.advance(60_000);
    expect(await world.sweep()).toMatchObject({ wakes: 0 });
  });
});

function bound({ state }: World) {
  return { get: state.get.bind(state), query: state.query.bind(state), delete: state.delete.bind(state) };
}

/** The n-th transaction and those after it fail before anything is written. */
function failingAt({ state }: World, n: number): typeof state.transact {
  let calls = 0;
  return async (writes) => {
    calls++;
    if (calls >= n) throw new Error('The process died.');
    return state.transact(writes);
  };
}
