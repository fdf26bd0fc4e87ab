import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '../generate/random.ts';

const HELP = `Write the made-up events of pipelines/market.ts: trades and quotes of three shares during three hours.

Usage: node scripts/write-market-example.ts OUT

Writes OUT/trades.jsonl.gz and OUT/quotes.jsonl.gz, each in the order of time. The same bytes each time.
`;

const OPEN_MS = Date.UTC(2026, 0, 15, 14, 30);
const SECONDS = 3 * 3600;

interface Share {
  readonly symbol: string;
  /** In cents, at the opening. */
  readonly price: number;
  /** Half the distance between bid and ask, in cents. */
  readonly halfSpread: number;
  /** By how many cents the price moves in a second, as one standard deviation. */
  readonly step: number;
}

const SHARES: readonly Share[] = [
  { symbol: 'BIRCH', price: 4200, halfSpread: 1, step: 0.6 },
  { symbol: 'CEDAR', price: 11_850, halfSpread: 2, step: 1.5 },
  { symbol: 'MAPLE', price: 9600, halfSpread: 2, step: 1.1 },
];

/** Seconds after the opening: MAPLE jumps by 4 percent and stays, and CEDAR falls by 5 percent for 40 seconds. */
const JUMP = { symbol: 'MAPLE', fromSecond: 7500, toSecond: SECONDS, factor: 1.04 };
const CRASH = { symbol: 'CEDAR', fromSecond: 9610, toSecond: 9650, factor: 0.95 };
/** A minute in which BIRCH is traded five times as often as usual, and ten times as much each time. */
const BLOCK = { symbol: 'BIRCH', fromSecond: 6000, toSecond: 6060, factor: 10 };

interface Event {
  readonly at: number;
}

function* secondsOf(share: Share, random: Random): Generator<{ second: number; bid: number; ask: number }> {
  let fair = share.price;
  for (let second = 0; second < SECONDS; second++) {
    const bell = random.fraction() + random.fraction() + random.fraction() - 1.5;
    fair += 2 * share.step * bell;
    const factor = [JUMP, CRASH].reduce((product, event) => product * factorAt(event, share, second), 1);
    const middle = Math.round(fair * factor);
    yield { second, bid: middle - share.halfSpread, ask: middle + share.halfSpread };
  }
}

function factorAt(event: typeof JUMP, { symbol }: Share, second: number): number {
  return symbol === event.symbol && second >= event.fromSecond && second < event.toSecond ? event.factor : 1;
}

/** A quote about every five seconds, and a trade about every ten, at the bid or the ask of its second. */
function sharesEvents(share: Share, random: Random): { trades: Event[]; quotes: Event[] } {
  const [trades, quotes] = [[] as Event[], [] as Event[]];
  const { symbol } = share;
  for (const { second, bid, ask } of secondsOf(share, random)) {
    const secondMs = OPEN_MS + second * 1000;
    const quotedMs = secondMs + random.below(500);
    const isTurn = [JUMP, CRASH].some((event) => event.symbol === symbol && second === event.fromSecond);
    if (second === 0 || isTurn || random.chance(1 / 5)) {
      quotes.push({ symbol, bid: bid / 100, ask: ask / 100, at: quotedMs } as Event);
    }
    const sizes = factorAt(BLOCK, share, second);
    if (!isTurn && !random.chance(sizes > 1 ? 1 / 2 : 1 / 10)) continue;
    const price = (random.chance(1 / 2) ? ask : bid) / 100;
    const shares = 10 * (1 + Math.floor(random.exponential(8))) * sizes;
    trades.push({ symbol, price, shares, at: secondMs + 500 + random.below(500) } as Event);
  }
  return { trades, quotes };
}

function main([out]: readonly string[]): void {
  if (out === undefined) {
    process.stderr.write(HELP);
    process.exitCode = 2;
    return;
  }
  const random = new Random(2026);
  const all = SHARES.map((share) => sharesEvents(share, random));
  for (const name of ['trades', 'quotes'] as const) {
    const events = all.flatMap((events) => events[name]).sort((a, b) => a.at - b.at);
    const lines = events.map((event) => JSON.stringify(event));
    writeFileSync(join(out, `${name}.jsonl.gz`), gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
  }
}

main(process.argv.slice(2));
