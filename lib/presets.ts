import type { PipelineSettings } from './settings.ts';

/** The settings that trade latency against cost. */
export type PresetSettings = Pick<PipelineSettings, 'batchSize' | 'batchingWindowSeconds' | 'memory' | 'fanOut'>;

export type PresetName = 'lowLatency' | 'balanced' | 'lowCost';

export const PRESETS: Readonly<Record<PresetName, PresetSettings>> = {
  /** Records are pushed as they come, and no batch waits. */
  lowLatency: { batchSize: 10_000, batchingWindowSeconds: 0, memory: 1769, fanOut: true },
  balanced: { batchSize: 10_000, batchingWindowSeconds: 5, memory: 1769, fanOut: false },
  /** Long batches: fewer commits, and what lies in DynamoDB is written less often. Less memory, for most of the time is waiting. */
  lowCost: { batchSize: 10_000, batchingWindowSeconds: 60, memory: 1024, fanOut: false },
};

export function isPresetName(name: unknown): name is PresetName {
  return typeof name === 'string' && Object.hasOwn(PRESETS, name);
}
