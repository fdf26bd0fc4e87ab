import {
  count,
  type Pipeline,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  type View,
  view,
} from '../../engine/index.ts';
import { parseInstant } from '../../engine/time/instant.ts';
import { PipelineTest } from '../../testing/index.ts';

const MINUTE_MS = 60_000;
const MAX_LATENESS_MS = MINUTE_MS;

/** What becomes of an event of the watched window. `next`: it belongs to a later window. */
export type Outcome = 'on time' | 'revises' | 'late' | 'next';

export interface WatchedEvent {
  readonly arrivedMs: number;
  readonly eventTimeMs: number;
  /** The watermark once the event is committed. */
  readonly watermarkMs: number;
  readonly outcome: Outcome;
}

export interface WatchedWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** When the event arrived that closed it. */
  readonly closedMs: number;
  readonly events: readonly WatchedEvent[];
  /** The row at the end. */
  readonly row: { readonly visits: number; readonly revision: number; readonly late_events: number };
}

/** Arrival and event time, as minutes and seconds after 12 o'clock. */
const EVENTS: readonly (readonly [arrived: string, happened: string])[] = [
  ['01:00', '00:50'],
  ['02:00', '01:40'],
  ['03:00', '02:55'],
  ['04:10', '03:20'],
  ['05:10', '05:05'],
  ['05:40', '04:30'],
  ['06:20', '06:15'],
  ['07:00', '04:50'],
  ['08:20', '08:10'],
  ['09:00', '03:50'],
];

const at = (time: string) => `2026-03-01T12:${time}Z`;

function visitsPipeline(): Pipeline<{ visits_5min: View }> {
  const visits = stream('visits', {
    schema: Type.Object({ page: Type.String(), at: Timestamp('iso8601') }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '1 minute',
  });
  const perPage = view('visits_5min', visits)
    .window(tumbling('5 minutes'), { allowedLateness: '2 minutes' })
    .groupBy('page')
    .aggregate(() => ({ visits: count() }));
  return pipeline('concepts', [perPage]) as unknown as Pipeline<{ visits_5min: View }>;
}

/** Gives a pipeline the events of the picture, one after the other, and looks what becomes of each. */
export async function watchWindow(): Promise<WatchedWindow> {
  const startMs = parseInstant(at('00:00'));
  const endMs = startMs + 5 * MINUTE_MS;
  const test = await PipelineTest.start(visitsPipeline(), { startAt: at('00:00') });
  const rowOf = async () =>
    (await test.rows('visits_5min')).find(({ window_end }) => parseInstant(window_end) === endMs);
  const events: WatchedEvent[] = [];
  let closedMs: number | null = null;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const [arrived, happened] of EVENTS) {
    const [arrivedMs, eventTimeMs] = [parseInstant(at(arrived)), parseInstant(at(happened))];
    await test.advance(`${arrivedMs - parseInstant(test.now)} ms` as never);
    const [lateBefore, wasClosed] = [(await test.lateEvents()).length, (await rowOf()) !== undefined];
    await test.give('visits', [{ page: '/', at: at(happened) }]);
    const isLate = (await test.lateEvents()).length > lateBefore;
    if (!wasClosed && (await rowOf()) !== undefined) closedMs = arrivedMs;
    latestMs = Math.max(latestMs, eventTimeMs);
    const outcome = eventTimeMs >= endMs ? 'next' : isLate ? 'late' : wasClosed ? 'revises' : 'on time';
    events.push({ arrivedMs, eventTimeMs, watermarkMs: latestMs - MAX_LATENESS_MS, outcome });
  }
  await test.advance('2 minutes');
  return { startMs, endMs, closedMs: closedMs as number, events, row: (await rowOf()) as WatchedWindow['row'] };
}
