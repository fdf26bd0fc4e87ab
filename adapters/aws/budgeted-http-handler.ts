import type { IncomingMessage } from 'node:http';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { OutOfTimeError, type TimeBudget } from './time-budget.ts';

type Handle = NodeHttpHandler['handle'];

/**
 * Gives each attempt of a call its time: `requestTimeoutMs`, or what is left of the budget where that is less. The time
 * runs from sending the request to the last byte of the reply; the SDK's own handler stops the clock at the first.
 *
 * An attempt that is cut off ends in a `TimeoutError`: what it wrote is not known.
 *
 * @throws OutOfTimeError where nothing is left of the budget. Then nothing was sent.
 */
export class BudgetedHttpHandler extends NodeHttpHandler {
  readonly #requestTimeoutMs: number;
  readonly #budget: TimeBudget;

  constructor(options: NodeHttpHandlerOptions & { readonly requestTimeout: number }, budget: TimeBudget) {
    // Without `throwOnRequestTimeout`, the handler only logs a warning and waits on.
    super({ ...options, throwOnRequestTimeout: true });
    this.#requestTimeoutMs = options.requestTimeout;
    this.#budget = budget;
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const timeoutMs = Math.floor(Math.min(this.#requestTimeoutMs, this.#budget.leftMs));
    // To the handler, 0 means for ever.
    if (timeoutMs < 1) throw new OutOfTimeError();
    const startMs = performance.now();
    const handled = await super.handle(request, { ...options, requestTimeout: timeoutMs });
    limitBody(handled.response.body as IncomingMessage, timeoutMs - (performance.now() - startMs));
    return handled;
  }
}

function limitBody(body: IncomingMessage, leftMs: number): void {
  const end = () => body.destroy(new BodyTimeoutError());
  const timer = setTimeout(end, Math.max(1, leftMs));
  body.once('close', () => clearTimeout(timer));
}

/** The SDK knows this name, and tries again. */
export class BodyTimeoutError extends StreamgaugeError {
  override readonly name = 'TimeoutError';
  readonly code = 'bodyTimeout';

  constructor() {
    super('The reply began in time and did not end in time.');
  }
}
