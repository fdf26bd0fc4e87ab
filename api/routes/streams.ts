import { loadShards } from '../../engine/state/shard-rollup.ts';
import { globalWatermark } from '../../engine/state/watermark.ts';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { JSON_TYPE } from '../media-types.ts';
import { notFound } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { StreamAnswer } from '../schemas/streams.ts';
import type { ApiSource } from '../source.ts';

const NOTHING_FILLS: Awaited<ReturnType<NonNullable<ApiSource['feedsOf']>>> = { waiting: new Map(), inputs: [] };

/** One stream, shard by shard: the one that is furthest behind holds all windows back. */
export const STREAM_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/streams/{stream}',
    summary: 'One stream: the watermark of each shard, what waits there, and what fills it.',
    answers: { [JSON_TYPE]: StreamAnswer },
    problems: [400, 404],
    async answer({ c, source, name }) {
      const stream = streamOf(source, name('stream'));
      const { checkpoints } = await loadShards(source.ports.state, stream);
      const { waiting, inputs } = (await source.feedsOf?.(stream)) ?? NOTHING_FILLS;
      const answer: StreamAnswer = {
        name: stream,
        watermark: known(globalWatermark(checkpoints)),
        shards: checkpoints.map(({ shard, watermarkMs, latestEventMs, counters, retired }) => ({
          id: shard,
          watermark: known(watermarkMs),
          latest_event: latestEventMs,
          counters,
          retired,
          waiting: waiting.get(shard) ?? null,
        })),
        inputs: [...inputs],
      };
      return c.json(answer, 200, { 'Cache-Control': 'no-store' });
    },
  }),
];

function streamOf({ plan }: ApiSource, name: string): string {
  const names = plan.streams.map((stream) => stream.name);
  if (names.includes(name)) return name;
  throw notFound(`There is no stream '${name}'.${didYouMean(name, names)} The streams are ${names.join(', ')}.`);
}

function known(watermarkMs: number): number | null {
  return watermarkMs <= START_OF_TIME_MS ? null : watermarkMs;
}
