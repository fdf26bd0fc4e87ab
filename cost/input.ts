import { HOURS_PER_MONTH } from '../contracts/prices.ts';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import type { PipelineSettings } from '../lib/settings.ts';
import type { Packing } from './packing.ts';

/** What costs are estimated for. */
export interface CostInput {
  readonly pipeline: PipelineDefinition;
  readonly settings: PipelineSettings;
  /** Of all streams together, which share them evenly. 0 is a pipeline that waits. */
  readonly eventsPerSecond: number;
  readonly eventBytes: number;
  readonly packing: Packing;
  /** Different groups in a window of each view that has groups. */
  readonly groups: number;
  /** That the API is asked a second, of all callers. Default: those of a page that is open all the time. */
  readonly questionsPerSecond?: number;
}

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
