import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import type { Faults } from './faults.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** The one receiver of all alerts. A message can be lost on its way, or arrive with its reply lost. */
export class SimulatedChannel {
  /** In the order of arrival. */
  readonly received: SentAlert[] = [];
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;

  constructor(scheduler: Scheduler, faults: Faults) {
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  sinkOf(task: () => Task): AlertSink {
    const turn = (what: string) => this.#scheduler.turn(task(), what);
    return {
      send: async (message) => {
        await turn(`sends ${message.id}#${message.sequence}`);
        if (this.#faults.happens('lostRequest')) throw new AlertSinkError('The message was lost.');
        this.received.push(message);
        await turn('message received');
        if (this.#faults.happens('lostReply')) throw new AlertSinkError('The reply was lost.');
        return 'sent';
      },
    };
  }
}
