import type { Prices } from '../contracts/prices.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { completeSettings } from '../lib/complete-settings.ts';
import type { PipelineSettings } from '../lib/settings.ts';
import { ASSUMED } from './assumed.ts';
import { type Cost, costOf } from './cost-model.ts';
import type { CostInput } from './input.ts';
import type { CostItem } from './item.ts';
import { MEASURED } from './measured.ts';
import { DEFAULT_PACKER, type Packing } from './packing.ts';
import { shardsFor, trafficOf } from './traffic.ts';

/** One change that would make a pipeline cheaper. */
export interface Lever {
  /** As it is written on the command line. */
  readonly change: string;
  /** What it gives up. */
  readonly price: string;
  readonly dollarsPerMonth: number;
}

export interface Dominant {
  readonly item: CostItem;
  /** Of the whole. */
  readonly share: number;
  /** Of all that lower this item, the one with which the whole costs least; null where no setting does. */
  readonly lever: Lever | null;
}

/** The largest item, and the one setting that would lower it. */
export function dominantOf(input: CostInput, cost: Cost, prices: Prices): Dominant {
  const item = cost.items.reduce((most, each) => (each.dollars > most.dollars ? each : most));
  const cheaper = candidates(input).flatMap(({ change, price, changed }) => {
    const other = costIfPossible(changed, prices);
    if (other === null || other.dollarsPerMonth >= cost.dollarsPerMonth) return [];
    const same = other.items.find(({ service, what }) => service === item.service && what === item.what);
    if ((same?.dollars ?? 0) >= item.dollars) return [];
    return [{ change, price, dollarsPerMonth: other.dollarsPerMonth }];
  });
  const lever = cheaper.reduce<Lever | null>(
    (best, each) => (best === null || each.dollarsPerMonth < best.dollarsPerMonth ? each : best),
    null,
  );
  return { item, share: item.dollars / cost.dollarsPerMonth, lever };
}

/** A change that could not be deployed, or could not take what comes, is none. */
function costIfPossible(change: () => CostInput, prices: Prices): Cost | null {
  try {
    return costOf(change(), prices);
  } catch (error) {
    if (error instanceof StreamgaugeError && (error.code === 'capacity' || error.code === 'settings')) return null;
    throw error;
  }
}

interface Candidate {
  readonly change: string;
  readonly price: string;
  readonly changed: () => CostInput;
}

function candidates(input: CostInput): Candidate[] {
  const { settings, packing } = input;
  const setting = (change: Partial<PipelineSettings>, price: string): Candidate => {
    const [[key, value] = []] = Object.entries(change);
    const changed = () => ({ ...input, settings: completeSettings({ ...settings, ...change }) });
    return { change: `-c ${key}=${value}`, price, changed };
  };
  const shards = steadyShards(input);
  return [
    ...(packing.kind === 'zstd' ? [] : [pack(input)]),
    ...(settings.shards === shards
      ? []
      : [setting({ shards }, 'shards do not scale by themselves; this is room for twice what comes')]),
    setting({ batchingWindowSeconds: 60 }, 'an event waits a minute more before it counts'),
    setting({ memory: 1024 }, 'a batch takes longer'),
    setting({ fanOut: false }, 'an event waits up to a second more, and readers share a shard'),
    setting({ lake: false }, 'no replay, and no SQL over all events'),
    setting({ monitoring: false }, 'nobody is told when something fails'),
    setting({ rowMetrics: false }, 'no metrics of rows'),
    setting({ tracing: false }, 'no traces'),
    setting({ retentionDays: 1 }, 'an outage of a day loses events'),
    setting({ bronzeDays: 90 }, 'events older than that cannot be replayed'),
  ];
}

function pack(input: CostInput): Candidate {
  const packing: Packing = { kind: 'zstd', ...DEFAULT_PACKER, curve: MEASURED.compression };
  return {
    change: '--zstd',
    price: 'producers pack and compress events (docs/send.md), which wait a second for others',
    changed: () => ({ ...input, packing }),
  };
}

/** Of a stream, with room for twice what comes, as on demand. */
function steadyShards(input: CostInput): number {
  const { recordsPerSecond, recordBytes } = trafficOf(input);
  return shardsFor((ASSUMED.headroom * recordsPerSecond) / input.pipeline.streams.length, recordBytes);
}
