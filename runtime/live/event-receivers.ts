import { GroupedAppends } from '../../adapters/embedded/grouped-appends.ts';
import type { EmbeddedStreamLog } from '../../adapters/embedded/stream-log.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { EventReceiver } from '../http/events.ts';
import type { Receiver } from '../http/receiver.ts';
import { KinesisReceiver } from '../kinesis-api/kinesis-receiver.ts';
import { StreamIntake } from '../stream-intake.ts';

export interface EventReceiverOptions {
  /** The plan that runs now: it may change while the receivers stay. Its streams are in the log. */
  readonly plan: () => PipelinePlan;
  readonly log: EmbeddedStreamLog;
  readonly clock: Clock;
  /** Is told what clients are not: why something failed inside. */
  readonly onError: (error: unknown) => void;
}

/** What takes events in from producers on this machine: by HTTP, and by Kinesis' API. */
export function eventReceivers({ plan, log, clock, onError }: EventReceiverOptions): readonly Receiver[] {
  const intake = new StreamIntake({ plan, log, appends: new GroupedAppends({ log, clock }) });
  return [new EventReceiver(intake, onError), new KinesisReceiver({ intake, nowMs: clock.nowMs(), onError })];
}
