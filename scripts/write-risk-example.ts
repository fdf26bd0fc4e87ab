import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '../generate/random.ts';

const HELP = `Write the made-up events of pipelines/risk.ts: card transactions, logins and orders of one day.

Usage: node scripts/write-risk-example.ts OUT

Writes OUT/transactions.jsonl.gz, OUT/logins.jsonl.gz and OUT/order_events.jsonl.gz, each in the order of time. The same bytes each time.
`;

const DAY_MS = Date.UTC(2026, 0, 15);
const MINUTE_MS = 60_000;
const CITIES = [
  { lat: 52.52, lon: 13.4 },
  { lat: 48.86, lon: 2.35 },
  { lat: 40.42, lon: -3.7 },
] as const;

const random = new Random(2026);
const whole = (below: number) => random.below(below);
const minute = () => DAY_MS + whole(23 * 60) * MINUTE_MS + whole(MINUTE_MS);
const cents = (from: number, to: number) => Math.round((from + ((to - from) * whole(1000)) / 1000) * 100) / 100;

/** 40 cards at home; each tenth is probed and charged, and each eighth is used far away an hour later. */
function transactions(): object[] {
  return Array.from({ length: 40 }, (_, index) => {
    const [card, home, away] = [`card-${index}`, CITIES[index % 3], CITIES[(index + 1) % 3]];
    const usual = Array.from({ length: 6 }, () => ({ card, amount: cents(5, 120), ...home, at: minute() }));
    const at = DAY_MS + 12 * 60 * MINUTE_MS + index * MINUTE_MS;
    const probed = [
      { card, amount: 1, ...home, at },
      { card, amount: cents(600, 900), ...home, at: at + 3 * MINUTE_MS },
    ];
    const far = [
      { card, amount: cents(20, 80), ...home, at: at + 60 * MINUTE_MS },
      { card, amount: cents(20, 80), ...away, at: at + 80 * MINUTE_MS },
    ];
    return [...usual, ...(index % 10 === 0 ? probed : []), ...(index % 8 === 3 ? far : [])];
  }).flat();
}

/** 60 users who mistype now and then; each fifteenth is attacked, and every other attack succeeds. */
function logins(): object[] {
  return Array.from({ length: 60 }, (_, index) => {
    const [user, ip] = [`user-${index}`, `192.0.2.${index}`];
    const usual = Array.from({ length: 5 }, () => ({ user, ok: whole(10) > 0, ip, at: minute() }));
    if (index % 15 !== 7) return usual;
    const at = DAY_MS + (9 * 60 + index) * MINUTE_MS;
    const attack = Array.from({ length: 6 }, (_unused, nth) => ({
      user,
      ok: false,
      ip: '198.51.100.9',
      at: at + nth * 20_000,
    }));
    const success = { user, ok: true, ip: '198.51.100.9', at: at + 3 * MINUTE_MS };
    return [...usual, ...attack, ...(index % 2 === 1 ? [success] : [])];
  }).flat();
}

/** 200 orders; each twenty-fifth is never confirmed, and each fortieth after six minutes. */
function orderEvents(): object[] {
  return Array.from({ length: 200 }, (_, index) => {
    const [order, amount, at] = [`order-${index}`, cents(10, 300), minute()];
    const paid = { order, kind: 'paid', amount, at };
    if (index % 25 === 4) return [paid];
    const afterMs = index % 40 === 9 ? 6 * MINUTE_MS : 1000 + whole(4 * MINUTE_MS);
    return [paid, { order, kind: 'confirmed', amount, at: at + afterMs }];
  }).flat();
}

function main([out]: readonly string[]): void {
  if (out === undefined) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  for (const [name, events] of Object.entries({
    transactions: transactions(),
    logins: logins(),
    order_events: orderEvents(),
  })) {
    const inOrder = (events as { readonly at: number }[]).sort((a, b) => a.at - b.at);
    const lines = inOrder.map((event) => JSON.stringify(event));
    writeFileSync(join(out, `${name}.jsonl.gz`), gzipSync(`${lines.join('\n')}\n`));
  }
}

main(process.argv.slice(2));
