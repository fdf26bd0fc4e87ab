/**
 * Presets. Less waiting costs more, because each commit costs write units and each call a request.
 *
 * | preset       | an event waits, at most | $ per million at 10/s | at 1,000/s, packed | at 10,000/s, packed |
 * |--------------|-------------------------|-----------------------|--------------------|---------------------|
 * | `lowLatency` | 1.3 s                   | 7.1580                | 0.0749             | 0.0152              |
 * | `balanced`   | 7.0 s                   | 2.8283                | 0.0372             | 0.0069              |
 * | `lowCost`    | 62.1 s                  | 2.4839                | 0.0287             | 0.0059              |
 *
 * "Waits" is until an event counts in its open window. A final row comes when the watermark passes the window's end, so
 * `maxLateness` is added to it in any preset. The numbers are those of `streamgauge cost pipelines/clickstream.ts
 * --rate N --zstd --preset all` (the first without `--zstd`, the waits at 1,000/s), on streams on demand; for 1,000
 * groups of 230-byte events, at list prices of 2026-09. `npm run docs:cost` writes them.
 */

/** The settings that trade latency against cost. */
export interface PresetSettings {
  /** Most records of one batch. 6 MB end a batch before. */
  readonly batchSize: number;
  /** Seconds that a batch may wait to fill: latency against cost. */
  readonly batchingWindowSeconds: number;
  /** MB of the aggregate function. 1769 is one whole CPU. */
  readonly memory: number;
  /** `true`: enhanced fan-out reads the streams, so that other readers do not slow this one down. */
  readonly fanOut: boolean;
}

export type PresetName = 'lowLatency' | 'balanced' | 'lowCost';

export const PRESETS: Readonly<Record<PresetName, PresetSettings>> = {
  /** Records are pushed as they come, and no batch waits. */
  lowLatency: { batchSize: 10_000, batchingWindowSeconds: 0, memory: 1769, fanOut: true },
  balanced: { batchSize: 10_000, batchingWindowSeconds: 5, memory: 1769, fanOut: false },
  /** Long batches: fewer commits, so fewer writes to DynamoDB. Less memory, because the function mostly waits. */
  lowCost: { batchSize: 10_000, batchingWindowSeconds: 60, memory: 1024, fanOut: false },
};

export function isPresetName(name: unknown): name is PresetName {
  return typeof name === 'string' && Object.hasOwn(PRESETS, name);
}
