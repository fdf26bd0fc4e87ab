import { memoryStores } from '../../../adapters/memory/index.ts';
import { CarriedSessions } from '../../../engine/finalize/carried-sessions.ts';
import { hash32 } from '../../../engine/hash/hash64.ts';
import { listPages, NO_PAGE_MAP, type PageMap } from '../../../engine/state/page-map.ts';
import { ViewPages } from '../../../engine/state/pages.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type SeenSession, type SessionEvent, seen, segmentOf, VISITS } from '../../support/session-events.ts';

let pages: ViewPages;
beforeEach(() => {
  pages = new ViewPages(memoryStores(new ManualClock(0)).pages, 'carried', VISITS.key, 0);
});

const load = (map: PageMap) => CarriedSessions.load(VISITS, pages, map);

let serial = 0;
const save = (sessions: CarriedSessions, version: number) => sessions.save(version, () => ++serial);

/** Names that do not pack well. */
const key = (n: number) => Array.from({ length: 12 }, (_, part) => hash32(`${n} ${part}`).toString(36)).join('');
const eventsOf = (count: number, timeMs = 0): SessionEvent[] =>
  Array.from({ length: count }, (_, n) => ({ key: key(n), timeMs, value: n * 1e9 + 0.5 }));

function add(sessions: CarriedSessions, events: readonly SessionEvent[]): void {
  const { table } = sessions;
  table.addPane([segmentOf(events)], false);
  for (const group of table.inSpan) {
    expect(table.nextComplete(group)).toBe(-1);
    sessions.touch(group);
  }
  sessions.endSpan();
}

function close(sessions: CarriedSessions, n: number): void {
  const group = sessions.table.find([key(n)]);
  sessions.table.take(sessions.table.close(group));
  sessions.touch(group);
}

const open = ({ table }: CarriedSessions): Map<unknown, SeenSession> =>
  new Map(table.openGroups().map((group) => [table.valuesOf(group)[0], seen(table.look(table.openOf(group)))]));

test('sessions that were carried are what they were, in many pages too', async () => {
  const sessions = await load(NO_PAGE_MAP);
  add(sessions, eventsOf(8000));
  const map = await save(sessions, 1);
  expect((await listPages(pages, map)).length).toBeGreaterThan(2);
  const carried = open(await load(map));
  expect(carried.size).toBe(8000);
  expect(carried).toEqual(open(sessions));
});

test('pages whose sessions have not changed stay as they are', async () => {
  const first = await load(NO_PAGE_MAP);
  add(first, eventsOf(8000));
  const before = await listPages(pages, await save(first, 1));
  const second = await load(await save(first, 2));
  add(second, [{ key: key(7), timeMs: 10, value: 1 }]);
  close(second, 8);
  const after = await listPages(pages, await save(second, 3));
  const changed = after.filter(({ set }) => set.version === 3);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.length).toBeLessThanOrEqual(2);
  expect(after.filter(({ set }) => set.version === 1)).toEqual(
    before.filter(({ prefix }) => !changed.some((page) => page.prefix === prefix)),
  );
});

test('where all sessions are closed no page is left', async () => {
  const first = await load(NO_PAGE_MAP);
  add(first, eventsOf(2));
  const second = await load(await save(first, 1));
  close(second, 0);
  close(second, 1);
  expect(await save(second, 2)).toEqual(NO_PAGE_MAP);
});

test('a page of a group that was forgotten since is written without it', async () => {
  const first = await load(NO_PAGE_MAP);
  add(first, eventsOf(8000));
  const second = await load(await save(first, 1));
  for (let n = 1; n < 8000; n++) close(second, n);
  for (let n = 0; n < 70_000; n++) second.table.numberOf([`closed ${n}`]);
  second.endSpan();
  expect(second.table.size).toBe(1);
  expect([...open(await load(await save(second, 2))).keys()]).toEqual([key(0)]);
});
