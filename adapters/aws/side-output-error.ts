import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { sentence } from './aws-errors.ts';

/** The bucket of side outputs cannot be read or written. The message names the object and what the service said. */
export class SideOutputError extends StreamgaugeError {
  override readonly name = 'SideOutputError';
  readonly code = 'sideOutput';

  /** `doing` starts the sentence: `Listing s3://…`. */
  constructor(doing: string, cause: unknown) {
    super(
      `${doing} failed with ${sentence(cause)} Check region, credentials and permissions: docs/dead-letters.md lists what is needed.`,
      { cause },
    );
  }
}
