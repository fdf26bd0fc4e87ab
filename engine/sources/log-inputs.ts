import { eventStreamsOf, type SourceOf, upstreamsOf } from '../ir/source-definition.ts';
import { greatest, least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type InputPart, streamInput, streamWatermarks } from './inputs.ts';
import type { SourceKind, SourceReading, SourceSnapshot } from './source-kind.ts';
import { upstreamOrigins, viewStanding } from './view-source.ts';

/**
 * What a join or a pattern stands on: its origins are the shards of its streams and the buckets of its views, and the least of what
 * all of them have come to is its watermark. A stream that is idle counts as far as the floor that the sweep has given its shards:
 * leaving it out would lose events that are on time, and waiting for it would stall the join. A view counts as far as its rows
 * change no more: which rows were final first depends on arrival.
 */
export const logInputs: Pick<SourceKind<'join' | 'pattern'>, 'load' | 'standing' | 'othersMs'> = {
  load,
  async standing(source, { view, state }) {
    const watermarkMs = least(await inputWatermarks(source, view.key, state));
    return { watermarkMs, settledMs: watermarkMs };
  },
  async othersMs(source, stream, { view, state }) {
    const others = await inputWatermarks(source, view.key, state, stream);
    return others.length === 0 ? null : least(others);
  },
};

async function load(source: SourceOf<ViewPlan>, reading: SourceReading): Promise<SourceSnapshot> {
  const { streams, views } = inputsOf(source);
  const parts = [
    ...(await Promise.all(streams.map(({ name }) => streamInput(name, reading)))),
    ...(await Promise.all(views.map((view) => viewPart(view, reading)))),
  ];
  const watermarkMs = least(parts.map((part) => part.watermarkMs));
  return {
    watermarkMs,
    settledMs: watermarkMs,
    origins: parts.flatMap(({ origins }) => origins),
    completeFromMs: greatest(parts.map((part) => part.completeFromMs)),
  };
}

/** What the inputs have come to, but for one stream where that is named. */
async function inputWatermarks(
  source: SourceOf<ViewPlan>,
  key: string,
  state: StateStore,
  without: string | null = null,
): Promise<readonly number[]> {
  const { streams, views } = inputsOf(source);
  const names = streams.map(({ name }) => name).filter((name) => name !== without);
  const ofStreams = await streamWatermarks(names, key, state);
  const ofViews = await Promise.all(views.map(async (upstream) => (await viewStanding(upstream, state)).settledMs));
  return [...ofStreams, ...ofViews];
}

function inputsOf(source: SourceOf<ViewPlan>) {
  return { streams: [...new Set(eventStreamsOf(source))], views: [...new Set(upstreamsOf(source))] };
}

async function viewPart(upstream: ViewPlan, reading: SourceReading): Promise<InputPart> {
  const { settledMs, origins, completeFromMs: fromMs } = await upstreamOrigins(upstream, reading);
  return { watermarkMs: settledMs, origins, completeFromMs: fromMs };
}
