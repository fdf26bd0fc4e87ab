import shop from '../../pipelines/shop.ts';
import { exampleLines, runExample } from './run-example.ts';

interface Event {
  readonly session: string;
  readonly item: number;
  readonly at: number;
}

const lines = { clicks: exampleLines('shop/clicks.jsonl.gz'), orders: exampleLines('shop/orders.jsonl.gz') };
const clicks = lines.clicks.map((line) => JSON.parse(line) as Event);
const orders = lines.orders.map((line) => JSON.parse(line) as Event);
const HALF_HOUR_MS = 30 * 60_000;

const isSame = (a: Event, b: Event) => a.session === b.session && a.item === b.item;
const total = (rows: readonly Record<string, unknown>[], column: string) =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0);

let rows: Awaited<ReturnType<typeof runExample>>;
beforeAll(async () => {
  rows = await runExample(shop, lines);
});

test('seven of the ten orders come after a click on the item, and three do not', () => {
  expect(total(rows('orders_1d'), 'orders')).toBe(10);
  expect(total(rows('orders_1d'), 'clicked_before')).toBe(7);
});

test('a click has the orders of its item within half an hour, and stays where it has none', () => {
  const pairs = clicks.flatMap((click) =>
    orders.filter((order) => isSame(click, order) && order.at >= click.at && order.at <= click.at + HALF_HOUR_MS),
  );
  const alone = clicks.filter(
    (click) =>
      !orders.some((order) => isSame(click, order) && order.at >= click.at && order.at <= click.at + HALF_HOUR_MS),
  );
  expect(pairs.length).toBeGreaterThan(0);
  expect(total(rows('clicks_1d'), 'purchases')).toBe(pairs.length);
  expect(total(rows('clicks_1d'), 'clicks')).toBe(pairs.length + alone.length);
});

test('the first order is 63.76 seconds after the click', () => {
  expect(rows('clicks_1d')[0]).toMatchObject({ purchases: 1, mean_time_to_purchase_seconds: 63.76 });
});
