import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { AlertsOutOfTimeError } from '../alerts-out-of-time.ts';
import { sentence } from './aws-errors.ts';
import { OutOfTimeError } from './time-budget.ts';

/** What a sink throws where a call failed. `receiver` starts the sentence; `advice` is a sentence of its own. */
export function alertFailure(
  receiver: string,
  { id, sequence }: SentAlert,
  error: unknown,
  advice: string,
): AlertSinkError {
  const Kind = error instanceof OutOfTimeError ? AlertsOutOfTimeError : AlertSinkError;
  const message = `${receiver} did not take message ${sequence} of ${id}: ${sentence(error)} It is sent again later. ${advice}`;
  return new Kind(message, { cause: error });
}
