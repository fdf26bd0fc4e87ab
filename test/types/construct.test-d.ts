import { count, pipeline, tumbling, view } from 'streamgauge';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamgaugePipelineProps } from '../../lib/streamgauge-pipeline.ts';
import { orders } from './orders.ts';

// What the construct takes is what `pipeline(…)` gives, or what a loaded file holds. None of this runs.

const entry = 'pipelines/shop.ts';
const byStatus = view('by_status', orders).window(tumbling('1 hour')).groupBy('status');
const counts = byStatus.aggregate(() => ({ n: count() }));
export const fromDsl: StreamgaugePipelineProps = { definition: pipeline('shop', [counts]), entry };
export const fromFile: StreamgaugePipelineProps = { definition: {} as PipelineDefinition, entry };

// @ts-expect-error: a view is no pipeline.
export const ofView: StreamgaugePipelineProps = { definition: counts, entry };
// @ts-expect-error: the path of a file is no pipeline.
export const ofPath: StreamgaugePipelineProps = { definition: entry, entry };
// @ts-expect-error: a module is not its default export.
export const ofModule: StreamgaugePipelineProps = { definition: {} as { default: PipelineDefinition }, entry };
