import { eventStreamsOf, latenessOf, upstreamsOf } from '../ir/source-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import { greatest, least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { streamInput, streamWatermarks } from './inputs.ts';
import type { SourceKind, SourceReading, SourceSnapshot, Standing } from './source-kind.ts';
import { upstreamOrigins, viewStanding } from './view-source.ts';

/**
 * A union of streams and views: its origins are the shards of all streams and the buckets of all views, and the least of what they
 * have come to is its watermark. A stream that is idle counts as far as its floor, and a view as far as its rows change no more.
 */
export const unionSource: SourceKind<'union'> = {
  async load(source, reading) {
    const parts: readonly SourceSnapshot[] = await Promise.all([
      ...streamsOf(source).map((name) => streamPart(name, reading)),
      ...viewsOf(source).map((upstream) => viewPart(upstream, reading)),
    ]);
    return {
      ...leastOf(parts),
      origins: parts.flatMap(({ origins }) => origins),
      completeFromMs: greatest(parts.map(({ completeFromMs }) => completeFromMs)),
    };
  },
  async standing(source, { view, state }) {
    const ofStreams = await streamWatermarks(streamsOf(source), view.key, state);
    const ofViews = await viewStandings(source, state);
    return leastOf([...ofStreams.map((watermarkMs) => ofStream(view, watermarkMs)), ...ofViews]);
  },
  async othersMs(source, stream, { view, state }) {
    const others = streamsOf(source).filter((name) => name !== stream);
    const ofViews = await viewStandings(source, state);
    return least([
      ...(await streamWatermarks(others, view.key, state)),
      ...ofViews.map(({ watermarkMs }) => watermarkMs),
    ]);
  },
  words: (source) =>
    [listOf('stream', streamsOf(source)), listOf('view', viewNames(source))]
      .filter((part) => part !== '')
      .join(' and '),
  sql: (source, { united }) => united(source),
};

async function streamPart(name: string, reading: SourceReading): Promise<SourceSnapshot> {
  const part = await streamInput(name, reading);
  return { ...part, ...ofStream(reading.view, part.watermarkMs) };
}

function ofStream({ definition }: ViewPlan, watermarkMs: number): Standing {
  return { watermarkMs, settledMs: watermarkMs - definition.allowedLatenessMs };
}

async function viewPart(upstream: ViewPlan, reading: SourceReading): Promise<SourceSnapshot> {
  const part = await upstreamOrigins(upstream, reading);
  return { ...part, ...onceSettled(upstream, part) };
}

function viewStandings(source: UnionSource<ViewPlan>, state: StateStore): Promise<readonly Standing[]> {
  return Promise.all(viewsOf(source).map(async (view) => onceSettled(view, await viewStanding(view, state))));
}

/** Rows that late events can revise are taken when that is over; others change no more once they are there. */
function onceSettled({ definition }: ViewPlan, { watermarkMs, settledMs }: Standing): Standing {
  return { watermarkMs: latenessOf(definition) > 0 ? settledMs : watermarkMs, settledMs };
}

function leastOf(standings: readonly Standing[]): Standing {
  return {
    watermarkMs: least(standings.map(({ watermarkMs }) => watermarkMs)),
    settledMs: least(standings.map(({ settledMs }) => settledMs)),
  };
}

function streamsOf(source: UnionSource<unknown>): readonly string[] {
  return eventStreamsOf(source).map(({ name }) => name);
}

/** A view that is named twice hands its rows down once. */
function viewsOf(source: UnionSource<ViewPlan>): readonly ViewPlan[] {
  return [...new Set(upstreamsOf<ViewPlan>(source))];
}

function viewNames({ views = [] }: UnionSource<{ readonly name: string }>): readonly string[] {
  return views.map(({ name }) => name);
}

function listOf(kind: 'stream' | 'view', names: readonly string[]): string {
  if (names.length === 0) return '';
  const rows = kind === 'view' ? 'the rows of ' : '';
  return `${rows}${kind}${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;
}
