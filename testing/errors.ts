import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** A test asks for what its pipeline does not have, or for what cannot be. */
export class PipelineTestError extends StreamgaugeError {
  override readonly name = 'PipelineTestError';
  readonly code = 'pipelineTest';
}

/** A planned crash: the process is gone, and what it knew with it. */
export class PlannedCrashError extends StreamgaugeError {
  override readonly name = 'PlannedCrashError';
  readonly code = 'plannedCrash';
}
