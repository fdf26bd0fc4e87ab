import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** What was asked cannot be done here: a setting is wrong, or the endpoint did something unexpected. */
export class LocalCloudError extends StreamgaugeError {
  override readonly name = 'LocalCloudError';
  readonly code = 'localCloud';
}

/** There is nothing to run against. Not a failure, and no success either. */
export class NotRunError extends StreamgaugeError {
  override readonly name = 'NotRunError';
  readonly code = 'notRun';
}
