import { Random } from './random.ts';
import { Zipf } from './zipf.ts';

/** A page of the made-up shop. */
export interface Page {
  readonly path: string;
  /** How likely a visitor is to click something on it. */
  readonly appeal: number;
}

const ORIGIN = 'https://shop.example';
const PAGES = 240;
const USERS = 20_000;

const MATERIALS = ['oak', 'pine', 'walnut', 'linen', 'wool', 'steel', 'glass', 'cork', 'clay', 'brass'];
const THINGS = ['desk', 'chair', 'lamp', 'shelf', 'rug', 'mug', 'bowl', 'clock', 'stool', 'vase', 'tray', 'bench'];
const TOPICS = ['oiling-wood', 'small-rooms', 'spring-colours', 'how-we-ship', 'meet-the-makers', 'winter-light'];
const COLOURS = ['natural', 'black', 'white', 'green', 'blue'];
const CAMPAIGNS = ['spring', 'newsletter-14', 'back-in-stock'];
const ELSEWHERE = [
  'https://search.example/?q=',
  'https://news.example/home',
  'https://social.example/feed',
  'https://blog.example/2026/living-small',
];

/** Pages of a shop, by popularity: what visitors look at, with which query strings, and where they come from. */
export class Site {
  readonly #pages: readonly Page[];
  // Flattened a little: the home page of a real site does not get half of all views.
  readonly #pageRanks = new Zipf(PAGES, 4);
  readonly #userRanks = new Zipf(USERS, 200);

  constructor(seed: number) {
    // A generator of its own: the same site for the same seed, however many events are made.
    const random = new Random(seed);
    this.#pages = paths().map((path) => ({ path, appeal: 0.05 + 0.5 * random.fraction() }));
  }

  user(random: Random): string {
    return `u${String(this.#userRanks.draw(random) + 1).padStart(5, '0')}`;
  }

  page(random: Random): Page {
    return this.#pages[this.#pageRanks.draw(random)] as Page;
  }

  /** A page's address as this visitor has it: with a query string now and then. */
  url({ path }: Page, random: Random): string {
    if (path === '/search') return `${ORIGIN}/search?q=${random.pick(MATERIALS)}+${random.pick(THINGS)}`;
    const roll = random.fraction();
    if (roll < 0.12) return `${ORIGIN}${path}?utm_source=mail&utm_campaign=${random.pick(CAMPAIGNS)}`;
    if (roll < 0.25 && path.startsWith('/products/')) return `${ORIGIN}${path}?colour=${random.pick(COLOURS)}`;
    return ORIGIN + path;
  }

  /** Where a visit began: another site, or null where the browser does not say. */
  origin(random: Random): string | null {
    if (random.chance(0.4)) return null;
    const site = random.pick(ELSEWHERE);
    return site.endsWith('=') ? `${site}${random.pick(MATERIALS)}+${random.pick(THINGS)}` : site;
  }
}

/** The pages, the most popular first. */
function paths(): string[] {
  const products = MATERIALS.flatMap((material) => THINGS.map((thing) => `/products/${material}-${thing}`));
  const reviews = products.map((path) => `${path}/reviews`);
  const main = ['/', '/search', '/products', '/cart', '/sale', '/checkout', '/account', '/help/delivery', '/about'];
  return [...main, ...TOPICS.map((topic) => `/journal/${topic}`), ...products, ...reviews].slice(0, PAGES);
}
