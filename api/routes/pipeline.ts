import { Type } from '../../engine/ir/type.ts';
import { describePipeline } from '../describe.ts';
import { sendCached } from '../formats.ts';
import { JSON_TYPE, METRICS_TYPE } from '../media-types.ts';
import { metricsText } from '../metrics.ts';
import { type Route, route } from '../route.ts';
import { HealthAnswer } from '../schemas/health.ts';
import { Overview } from '../schemas/overview.ts';
import { PipelineDescription } from '../schemas/pipeline.ts';

const JSON_TEXT = `${JSON_TYPE}; charset=utf-8`;

/** What the pipeline is, and how it is. */
export const PIPELINE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api',
    summary: 'Where to begin.',
    answers: { [JSON_TYPE]: Type.Object({ name: Type.String(), pipeline: Type.String(), document: Type.String() }) },
    problems: [400],
    answer: ({ c, source }) =>
      c.json({ name: 'streamgauge', pipeline: source.plan.name, document: '/api/openapi.json' }),
  }),
  route({
    method: 'GET',
    path: '/api/pipeline',
    summary: 'What the definition says.',
    answers: { [JSON_TYPE]: PipelineDescription },
    problems: [400],
    answer: ({ c, source }) => sendCached(c, JSON_TEXT, JSON.stringify(describePipeline(source)), false),
  }),
  route({
    method: 'GET',
    path: '/api/overview',
    summary: 'All that moves each second. Its ETag is of all but the clock.',
    answers: { [JSON_TYPE]: Overview },
    problems: [400],
    async answer({ c, source }) {
      const overview = await source.overview();
      return sendCached(c, JSON_TEXT, JSON.stringify(overview), false, JSON.stringify({ ...overview, now: 0 }));
    },
  }),
  route({
    method: 'GET',
    path: '/api/health',
    summary: 'Whether the pipeline goes on: 200, or 503 where it is stuck.',
    answers: { [JSON_TYPE]: HealthAnswer },
    statuses: [200, 503],
    problems: [400],
    async answer({ c, source }) {
      const health = healthOf(await source.overview());
      return c.json(health, health.healthy ? 200 : 503, { 'Cache-Control': 'no-store' });
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus.',
    answers: { [METRICS_TYPE]: null },
    problems: [400],
    answer: async ({ c, source }) =>
      c.body(metricsText(await source.overview(), await source.incidents()), 200, {
        'Content-Type': `${METRICS_TYPE}; version=0.0.4; charset=utf-8`,
        'Cache-Control': 'no-store',
      }),
  }),
];

function healthOf({ now, started, health, streams, views, open_incidents }: Overview): HealthAnswer {
  const stuck = views[health.view ?? '']?.stuck ?? streams[health.stream ?? '']?.stuck ?? null;
  return {
    healthy: health.state !== 'stuck',
    state: health.state,
    view: health.view,
    stream: health.stream,
    detail: stuck?.detail ?? null,
    waiting: health.waiting,
    now,
    started,
    streams: Object.fromEntries(
      Object.entries(streams).map(([name, { watermark, idle }]) => [
        name,
        { watermark, watermark_lag_ms: watermark === null ? null : now - watermark, idle },
      ]),
    ),
    open_incidents,
  };
}
