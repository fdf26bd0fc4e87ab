import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An event of the template `clickstream`. */
export interface Click {
  readonly event_id: string;
  readonly user_id: string;
  readonly page_url: string;
  readonly action: 'view';
  readonly time: string;
}

/** Views of one page within a minute, each of another user: so every shard has some, and its watermark goes on. */
export function clicksFor(page: string, startMs: number, count: number): readonly Click[] {
  return Array.from({ length: count }, (_, index) => ({
    event_id: `${page}-${startMs}-${index}`,
    user_id: `newcomer-${index}`,
    page_url: `https://shop.example${page}`,
    action: 'view',
    time: new Date(startMs + Math.floor((index * 60_000) / count)).toISOString(),
  }));
}

/** The latest event of a project's sample, rounded down to 5 minutes: the end of a window. */
export function lastTimeMs(project: string): number {
  const text = readFileSync(join(project, 'data/sample.jsonl'), 'utf8');
  const times = [...text.matchAll(/"time":"([^"]+Z)"/g)].map(([, time = '']) => Date.parse(time));
  const latestMs = times.reduce((latest, time) => Math.max(latest, time), 0);
  return latestMs - (latestMs % 300_000);
}
