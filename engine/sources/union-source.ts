import { eventStreamsOf } from '../ir/source-definition.ts';
import type { UnionSource } from '../ir/union-definition.ts';
import { greatest, least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { type InputPart, streamInput, streamWatermarks } from './inputs.ts';
import type { SourceKind, Standing } from './source-kind.ts';

/**
 * A union of streams: its origins are the shards of all, and the least of what they have come to is its watermark. A stream that is
 * idle counts as far as its floor.
 */
export const unionSource: SourceKind<'union'> = {
  async load(source, reading) {
    const parts = await Promise.all(streamsOf(source).map((name) => streamInput(name, reading)));
    return {
      ...standingAt(
        reading.view,
        parts.map(({ watermarkMs }: InputPart) => watermarkMs),
      ),
      origins: parts.flatMap(({ origins }) => origins),
      completeFromMs: greatest(parts.map(({ completeFromMs }) => completeFromMs)),
    };
  },
  standing: async (source, { view, state }) =>
    standingAt(view, await streamWatermarks(streamsOf(source), view.key, state)),
  async othersMs(source, stream, { view, state }) {
    const others = streamsOf(source).filter((name) => name !== stream);
    return least(await streamWatermarks(others, view.key, state));
  },
  words: (source) => `streams ${streamsOf(source).join(' and ')}`,
  sql: (source, { united }) => united(source),
};

function streamsOf(source: UnionSource): readonly string[] {
  return eventStreamsOf(source).map(({ name }) => name);
}

function standingAt({ definition }: ViewPlan, watermarks: readonly number[]): Standing {
  const watermarkMs = least(watermarks);
  return { watermarkMs, settledMs: watermarkMs - definition.allowedLatenessMs };
}
