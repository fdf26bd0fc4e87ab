import type { Random } from '../../generate/random.ts';

/** A kind of project that `streamgauge init` makes: its files lie in the folder of its name in `templates/`. */
export interface Template {
  readonly name: string;
  /** One line for the list of templates. */
  readonly summary: string;
  /** The stream of its pipeline. */
  readonly stream: string;
  /** An event of the sample, without its `time`. */
  event(random: Random, index: number): Readonly<Record<string, unknown>>;
}

export const TEMPLATES: readonly Template[] = [
  {
    name: 'clickstream',
    summary: 'views, clicks and visitors of the pages of a site',
    stream: 'clicks',
    event: (random, index) => ({
      event_id: `e-${index}`,
      user_id: `user-${random.below(300)}`,
      page_url: `https://shop.example${random.pick(['/', '/search', '/cart', '/product/7', '/product/12', '/help'])}`,
      action: random.chance(0.25) ? 'click' : 'view',
    }),
  },
  {
    name: 'sensors',
    summary: 'temperatures of sensors that may be offline for hours',
    stream: 'readings',
    event: (random) => ({
      sensor_id: random.pick(['roof', 'cellar', 'office', 'hall', 'server-room']),
      temperature: Math.round(180 + random.below(60)) / 10,
      ...(random.chance(0.8) && { humidity: 30 + random.below(40) }),
    }),
  },
  {
    name: 'payments',
    summary: 'turnover and declined payments by country, each payment counted once',
    stream: 'payments',
    event: (random, index) => ({
      payment_id: `p-${index}`,
      account: `account-${random.below(200)}`,
      country: random.pick(['NL', 'DE', 'FR', 'PL', 'SE']),
      amount: 100 + Math.round(random.exponential(4000)),
      status: random.chance(0.06) ? 'declined' : 'approved',
    }),
  },
  {
    name: 'logs',
    summary: 'errors and the 95th percentile of durations of services',
    stream: 'requests',
    event: (random) => ({
      service: random.pick(['checkout', 'search', 'login', 'images']),
      status: random.chance(0.03) ? 503 : random.pick([200, 200, 200, 204, 304, 404]),
      duration_ms: Math.round(random.exponential(40) * 10) / 10,
    }),
  },
  {
    name: 'market',
    summary: 'bars of trades: open, high, low, close, volume and VWAP',
    stream: 'trades',
    event: (random) => {
      const stocks = [
        { symbol: 'ACME', cents: 12_500 },
        { symbol: 'GLOBEX', cents: 4_300 },
        { symbol: 'INITECH', cents: 890 },
      ];
      const { symbol, cents } = random.pick(stocks);
      return { symbol, price: (cents + random.below(100) - 50) / 100, shares: 10 * (1 + random.below(50)) };
    },
  },
];
