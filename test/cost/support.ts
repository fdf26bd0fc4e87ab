import { count, type Emission, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { LIST_PRICES } from '../../contracts/prices.ts';
import { type Cost, costOf } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import type { CostItem } from '../../cost/item.ts';
import { DEFAULT_PACKER, type Packing } from '../../cost/packing.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';
import type { PipelineSettings } from '../../lib/settings.ts';

export const clicks = (dedupe = false) =>
  stream('clicks', {
    schema: Type.Object({ id: Type.String(), page: Type.String(), time: Timestamp('iso8601') }),
    eventTime: 'time',
    partitionKey: 'page',
    maxLateness: '0 ms',
    eventId: 'id',
    ...(dedupe ? { dedupe: { within: '1 hour' } as const } : {}),
  });

export function pipelineOf(views: number, dedupe = false, emission: Emission = {}) {
  const source = clicks(dedupe);
  const all = Array.from({ length: views }, (_, index) =>
    view(`v_${index}`, source)
      .window(tumbling('5 minutes'), emission)
      .groupBy('page')
      .aggregate(() => ({ clicks: count() })),
  );
  return pipelineDefinition(pipeline('shop', all), 'the test');
}

/** Plain records of so many bytes, as full as they get. */
export const packedIn = (recordBytes: number): Packing => ({ kind: 'plain', ...DEFAULT_PACKER, recordBytes, lanes: 1 });

/** A thousand events a second of one view without a lake, unless changed. */
export function inputOf(change: Partial<CostInput> = {}, settings: Partial<PipelineSettings> = {}): CostInput {
  return {
    pipeline: pipelineOf(1),
    settings: completeSettings({ lake: false, ...settings }),
    eventsPerSecond: 1000,
    eventBytes: 230,
    packing: { kind: 'none' },
    groups: 1000,
    ...change,
  };
}

export const cost = (change: Partial<CostInput> = {}, settings: Partial<PipelineSettings> = {}) =>
  costOf(inputOf(change, settings), LIST_PRICES);

export function itemOf({ items }: Cost, service: string, what: string): CostItem | undefined {
  return items.find((item) => item.service === service && item.what === what);
}

export function dollarsOf({ items }: Cost, what: string): number | undefined {
  return items.find((item) => item.what === what)?.dollars;
}
