import { openEmbedded } from '../../../adapters/embedded/index.ts';
import type { StoredSideOutput } from '../../../engine/ports/dead-letter-store.ts';
import { readSideOutputs, type SideOutputsQuery } from '../../../engine/query/side-outputs.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { deadLetter, lateEvent, streamsOf } from '../../support/side-outputs.ts';

const stores = openEmbedded(':memory:', new ManualClock(0));
afterAll(() => stores.close());
const store = stores.keptOf(streamsOf('clicks'));
const missed = (view: string, startMs: number) => ({ view, windowStartMs: startMs, windowEndMs: startMs + 60_000 });

beforeAll(() =>
  stores.deadLetters.put([
    deadLetter('clicks', '1'),
    deadLetter('clicks', '2', { reason: 'not_json' }),
    ...Array.from({ length: 40 }, (_, i) =>
      lateEvent('clicks', String(100 + i), { missed: missed(i % 4 === 0 ? 'a' : 'b', 60_000 * (i % 5)) }),
    ),
  ]),
);

async function all(query: Partial<SideOutputsQuery>): Promise<StoredSideOutput[]> {
  const found: StoredSideOutput[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readSideOutputs>> = await readSideOutputs(store, {
      ...{ kinds: ['late'], limit: 100, ...query },
      cursor,
    });
    expect(page.records.length).toBeLessThanOrEqual(query.limit ?? 100);
    found.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== null);
  return found;
}
const numbers = (records: readonly StoredSideOutput[]) => records.map(({ position }) => Number(position.sequence));

test('dead letters are found by kind and reason', async () => {
  expect(numbers(await all({ kinds: ['dead'] }))).toEqual([1, 2]);
  expect(numbers(await all({ kinds: ['dead'], reason: 'not_json' }))).toEqual([2]);
});

test.each([1, 2, 3, 7, 100])('late events are found by view and missed window, in pages of %i', async (limit) => {
  const every = Array.from({ length: 40 }, (_, i) => i);
  const of = (keep: (i: number) => boolean) => every.filter(keep).map((i) => 100 + i);
  expect(numbers(await all({ limit }))).toEqual(of(() => true));
  expect(numbers(await all({ limit, view: 'a' }))).toEqual(of((i) => i % 4 === 0));
  const ofOne = { limit, view: 'b', missed: { fromMs: 60_000, toMs: 60_001 } };
  expect(numbers(await all(ofOne))).toEqual(of((i) => i % 4 !== 0 && i % 5 === 1));
  const ofTwo = { limit, missed: { fromMs: 60_000, toMs: 180_000 } };
  expect(numbers(await all(ofTwo))).toEqual(of((i) => i % 5 === 1 || i % 5 === 2));
});

test('only late events have missed a window', async () => {
  await expect(all({ kinds: ['dead', 'late'], view: 'a' })).rejects.toThrow(
    'Only late events have missed a window of a view: ask for late events alone, or for no view and no window.',
  );
});

test('a cursor of another question is refused', async () => {
  const { cursor } = await readSideOutputs(store, { kinds: ['late'], limit: 1, cursor: null });
  await expect(readSideOutputs(store, { kinds: ['late'], view: 'a', limit: 1, cursor })).rejects.toThrow(
    /is no cursor of this question/,
  );
});
