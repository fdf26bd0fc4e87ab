import risk from '../../pipelines/risk.ts';
import { exampleLines, runExample } from './run-example.ts';

const STREAMS = ['transactions', 'logins', 'order_events'] as const;
const lines = Object.fromEntries(STREAMS.map((name) => [name, exampleLines(`risk/${name}.jsonl.gz`)]));

interface Transaction {
  readonly card: string;
  readonly lat: number;
  readonly lon: number;
  readonly at: number;
}

interface OrderEvent {
  readonly order: string;
  readonly kind: string;
  readonly amount: number;
  readonly at: number;
}

let rows: Awaited<ReturnType<typeof runExample>>;
beforeAll(async () => {
  rows = await runExample(risk, lines);
});

const events = <E>(stream: string) => (lines[stream] ?? []).map((line) => JSON.parse(line) as E);

test('a card that was tried with a small amount and charged with a large one is found', () => {
  expect(rows('probed_cards_1h').map(({ card, times }) => [card, times])).toEqual([
    ['card-0', 1],
    ['card-10', 1],
    ['card-20', 1],
    ['card-30', 1],
  ]);
});

/** On the globe, where the pipeline measures on a plane. */
function kilometres(a: Transaction, b: Transaction): number {
  const [radians, { sin, cos, asin, sqrt }] = [Math.PI / 180, Math];
  const north = sin(((b.lat - a.lat) * radians) / 2) ** 2;
  const east = sin(((b.lon - a.lon) * radians) / 2) ** 2;
  return 2 * 6371 * asin(sqrt(north + cos(a.lat * radians) * cos(b.lat * radians) * east));
}

test('two transactions of a card, one right after the other, that nobody travels between are found', () => {
  const found = new Map<string, number>();
  const last = new Map<string, Transaction>();
  for (const event of events<Transaction>('transactions')) {
    const before = last.get(event.card);
    last.set(event.card, event);
    if (before === undefined) continue;
    const isTooFast = kilometres(before, event) > (900 * (event.at - before.at)) / 3_600_000;
    if (isTooFast) found.set(event.card, (found.get(event.card) ?? 0) + 1);
  }
  expect(found.size).toBe(5);
  const times = new Map<unknown, number>();
  for (const row of rows('impossible_travel_1h')) times.set(row.card, (times.get(row.card) ?? 0) + Number(row.times));
  expect([...times].sort()).toEqual([...found].sort());
});

test('five failures within ten minutes are counted, and those that a success ends are break-ins', () => {
  const attacked = new Set(
    rows('failures_10min').flatMap(({ user, failures }) => (Number(failures) >= 5 ? [user] : [])),
  );
  expect([...attacked].sort()).toEqual(['user-22', 'user-37', 'user-52', 'user-7']);
  expect(rows('break_ins_1h').map(({ user, ip, times }) => [user, ip, times])).toEqual([
    ['user-37', '198.51.100.9', 1],
    ['user-7', '198.51.100.9', 1],
  ]);
});

test('orders that were paid and not confirmed within five minutes are counted, also those that were confirmed later', () => {
  const all = events<OrderEvent>('order_events');
  const confirmedAt = new Map(all.flatMap(({ order, kind, at }) => (kind === 'confirmed' ? [[order, at]] : [])));
  const open = all.filter(
    ({ order, kind, at }) => kind === 'paid' && (confirmedAt.get(order) ?? Number.POSITIVE_INFINITY) > at + 300_000,
  );
  expect(open).toHaveLength(12);
  const total = (column: string) => rows('unconfirmed_1h').reduce((sum, row) => sum + Number(row[column]), 0);
  expect(total('orders')).toBe(12);
  expect(total('amount')).toBeCloseTo(
    open.reduce((sum, { amount }) => sum + amount, 0),
    6,
  );
});
