import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/**
 * What bundles of the functions have in the place of `@smithy/core/event-streams`: clients of Kinesis and S3 bring it for
 * `SubscribeToShard` and `SelectObjectContent`, which nothing here calls, and every cold start would read it.
 */
export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}

export function eventStreamSerdeProvider(): never {
  throw new EventStreamError();
}

export class EventStreamSerde {
  constructor() {
    throw new EventStreamError();
  }
}

/** A call was made whose answer is a stream of events. */
export class EventStreamError extends StreamgaugeError {
  override readonly name = 'EventStreamError';
  readonly code = 'eventStream';

  constructor() {
    super(
      'The functions are bundled without event streams. Leave them in (lib/lambda-aliases.ts) to make such a call.',
    );
  }
}
