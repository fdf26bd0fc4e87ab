import { AlertSinkError } from '../engine/ports/errors.ts';

/** The time of whoever publishes is up before a message was sent. Nothing is wrong with the receiver: the next call goes on. */
export class AlertsOutOfTimeError extends AlertSinkError {
  override readonly name = 'AlertsOutOfTimeError';
  override readonly code = 'alertsOutOfTime';
}
