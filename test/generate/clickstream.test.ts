import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { compileValidator } from '../../engine/decode/validate.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { generateClickstream, generators } from '../../generate/index.ts';
import clickstream from '../../pipelines/clickstream.ts';
import { casesOf } from '../support/random-cases.ts';

interface Click {
  event_id: string;
  user_id: string;
  page_url: string;
  action: 'view' | 'click';
  referrer?: string;
  timestamp: string;
}

const parse = (lines: Iterable<string>): Click[] => [...lines].map((line) => JSON.parse(line) as Click);
const timesOf = (clicks: readonly Click[]) => clicks.map((click) => Date.parse(click.timestamp));

/** How far behind the latest time before it the most disordered event is. */
function disorder(times: readonly number[]): number {
  let latest = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (const time of times) {
    worst = Math.max(worst, latest - time);
    latest = Math.max(latest, time);
  }
  return worst;
}

test.each([
  [{ events: 1000, seed: 42 }, '7d785dd9e6f42ff32f5c27e1f52ef43c5891987b2d410975630f581b066e90ba'],
  // Most events leave the queue while others still come.
  [{ events: 1000, seed: 42, disorderMs: 300 }, 'dd40c947fe6a5078e23ffca98a3e2e4bd4d5bb60258ac898a0849beb65acd518'],
])('the same seed gives the same bytes, today and in the next version: %j', (options, expected) => {
  const hash = createHash('sha256');
  for (const line of generateClickstream(options)) hash.update(`${line}\n`);
  expect(hash.digest('hex')).toBe(expected);
});

test('an iterable can be read twice, and gives the same lines', () => {
  const lines = generateClickstream({ events: 50, seed: 9 });
  expect([...lines]).toEqual([...lines]);
});

test('another seed gives other events and other ids', () => {
  const one = parse(generateClickstream({ events: 200, seed: 1 }));
  const two = parse(generateClickstream({ events: 200, seed: 2 }));
  const ids = new Set([...one, ...two].map((click) => click.event_id));
  expect(ids.size).toBe(400);
  expect(one.map((click) => click.page_url)).not.toEqual(two.map((click) => click.page_url));
});

test('no event is ever further behind than disorderMs', () => {
  const seed = 20_260_101;
  fc.assert(
    fc.property(
      fc.record({
        events: fc.integer({ min: 1, max: 600 }),
        seed: fc.maxSafeNat(),
        disorderMs: fc.integer({ min: 0, max: 120_000 }),
        ratePerSecond: fc.double({ min: 0.1, max: 5000, noNaN: true }),
      }),
      (options) => {
        const clicks = parse(generateClickstream(options));
        expect(clicks).toHaveLength(options.events);
        expect(disorder(timesOf(clicks))).toBeLessThanOrEqual(options.disorderMs);
      },
    ),
    { seed, numRuns: casesOf(60, 4) },
  );
});

test('disorder comes close to its bound where there are many events, and 0 means in order', () => {
  const worst = disorder(timesOf(parse(generateClickstream({ events: 20_000, disorderMs: 20_000 }))));
  expect(worst).toBeGreaterThan(19_000);
  expect(disorder(timesOf(parse(generateClickstream({ events: 2000, disorderMs: 0 }))))).toBe(0);
});

test('the rate holds from the first second on', () => {
  const startMs = Date.UTC(2026, 4, 1);
  const times = timesOf(parse(generateClickstream({ events: 30_000, ratePerSecond: 500, startMs })));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(startMs);
  for (let second = 0; second < 50; second += 10) {
    const from = startMs + second * 1000;
    const inTenSeconds = times.filter((time) => time >= from && time < from + 10_000).length;
    expect(Math.abs(inTenSeconds - 5000)).toBeLessThan(500);
  }
});

test('every event fits the stream of the clickstream pipeline', () => {
  const definition = pipelineDefinition(clickstream, 'pipelines/clickstream.ts');
  const stream = definition.streams.find(({ name }) => name === 'clicks') as StreamDefinition;
  const validate = compileValidator(stream);
  const results = parse(generateClickstream({ events: 3000, seed: 5 })).map((click) => validate(click, null).kind);
  expect(new Set(results)).toEqual(new Set(['valid']));
});

test('pages are visited unevenly, with query strings, and referrers are missing at times', () => {
  const clicks = parse(generateClickstream({ events: 20_000, seed: 3 }));
  const views = new Map<string, number>();
  for (const { page_url } of clicks) {
    const { pathname } = new URL(page_url);
    views.set(pathname, (views.get(pathname) ?? 0) + 1);
  }
  const byRank = [...views.values()].sort((a, b) => b - a);
  expect(views.size).toBeGreaterThan(200);
  expect(byRank[0]).toBeGreaterThan(20 * (byRank[150] as number));
  const share = (of: (click: Click) => boolean) => clicks.filter(of).length / clicks.length;
  expect(share((click) => click.page_url.includes('?'))).toBeGreaterThan(0.1);
  expect(share((click) => click.referrer === undefined)).toBeGreaterThan(0.1);
  expect(share((click) => click.action === 'click')).toBeGreaterThan(0.15);
  expect(share((click) => click.action === 'click')).toBeLessThan(0.4);
});

test('users come back: there are far fewer users than events', () => {
  const clicks = parse(generateClickstream({ events: 20_000, seed: 3 }));
  const users = new Set(clicks.map((click) => click.user_id)).size;
  expect(users).toBeGreaterThan(1000);
  expect(users).toBeLessThan(5000);
});

test.each([
  [{ events: -1 }, 'events is -1, and must be a whole number from 0 to'],
  [{ disorderMs: 1.5 }, 'disorderMs is 1.5, and must be a whole number from 0 to 86400000.'],
  [{ ratePerSecond: 0 }, 'ratePerSecond is 0, and must be a number from 0.001 to 100000.'],
  [{ startMs: Number.NaN }, 'startMs is NaN'],
  [{ seed: 0.5 }, 'seed is 0.5'],
])('options out of bounds are refused at once: %j', (options, message) => {
  expect(() => generateClickstream(options)).toThrow(message);
});

test('no events give no lines', () => {
  expect([...generateClickstream({ events: 0 })]).toEqual([]);
});

test('generators are found by the name of their pipeline', () => {
  const generator = generators.get('clickstream');
  expect(generator?.stream).toBe('clicks');
  expect([...(generator?.generate({ events: 3 }) ?? [])]).toEqual([...generateClickstream({ events: 3 })]);
  expect(generators.get('weblog')).toBeUndefined();
});
