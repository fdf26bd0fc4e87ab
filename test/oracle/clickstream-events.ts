import { eventTimes, PAGES, Random, type Timeline } from './random-events.ts';

/** Lines for the clickstream pipeline: a few that are no events, optional fields that are null or missing. */
export function clickstreamLines(seed: number, timeline: Timeline): string[] {
  const random = new Random(seed);
  return eventTimes(random, timeline).flatMap((time, index) => {
    const event = {
      event_id: `e${index}`,
      user_id: random.chance(0.1) ? `ü${random.below(40)}` : `u${random.below(400)}`,
      page_url: random.pick(PAGES),
      action: random.pick(['view', 'view', 'view', 'click']),
      ...(random.chance(0.5) && { referrer: random.pick([null, '', 'https://example.org']) }),
      timestamp: isoText(random, time),
      unknown: { field: [index] },
    };
    const line = JSON.stringify(event);
    return random.chance(0.02) ? [line, brokenLine(random, event)] : [line];
  });
}

function brokenLine(random: Random, event: Readonly<Record<string, unknown>>): string {
  const line = JSON.stringify(event);
  return random.pick([
    line.slice(0, -1),
    'no JSON at all',
    JSON.stringify({ ...event, timestamp: 'yesterday' }),
    JSON.stringify({ ...event, timestamp: undefined }),
    JSON.stringify({ ...event, user_id: null }),
    JSON.stringify({ ...event, page_url: undefined }),
  ]);
}

/** An instant as ISO-8601 text, in one of the forms that producers write. */
export function isoText(random: Random, timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  const offset = random.pick([0, 120, -330]);
  const local = new Date(timeMs + offset * 60_000).toISOString().slice(0, -1);
  const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0')}:${String(Math.abs(offset) % 60).padStart(2, '0')}`;
  return random.pick([text, text, text.replace('T', ' ').replace('Z', ''), text.replace('Z', '999Z'), local + zone]);
}
