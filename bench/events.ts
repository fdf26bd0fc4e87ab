import { hash32 } from '../engine/hash/hash64.ts';

/** Click events of about 230 bytes: the same for the same arguments. `groups` is how many different pages there are. */
export function clickLines(events: number, groups: number): string[] {
  const startMs = Date.UTC(2026, 0, 1);
  return Array.from({ length: events }, (_, i) => {
    const pick = hash32(`page ${i}`);
    const user = hash32(`user ${i}`) % 50_000;
    return JSON.stringify({
      event_id: `01J${String(i).padStart(10, '0')}${String(pick).padStart(10, '0')}`,
      user_id: `user-${String(user).padStart(8, '0')}`,
      page_url: `https://shop.example/products/${String(pick % groups).padStart(7, '0')}?ref=mail&campaign=${pick % 17}`,
      action: pick % 7 === 0 ? 'click' : 'view',
      referrer: pick % 3 === 0 ? 'https://search.example/' : null,
      // 1,000 events a second, each up to two seconds out of order.
      timestamp: new Date(startMs + i + (pick % 2000)).toISOString(),
    });
  });
}
