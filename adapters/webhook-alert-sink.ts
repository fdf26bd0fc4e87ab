import { createHmac } from 'node:crypto';
import type { AlertSink, SentAlert } from '../engine/ports/alert-sink.ts';
import type { Clock } from '../engine/ports/clock.ts';
import { AlertSinkError } from '../engine/ports/errors.ts';
import { Again, type Pause, withRetries } from '../engine/ports/retry.ts';
import { AlertsOutOfTimeError } from './alerts-out-of-time.ts';

export interface WebhookSettings {
  readonly url: string;
  /** The key of the signature; null for none. A function gives it for each message, or throws AlertSinkError. */
  readonly secret: string | (() => Promise<string>) | null;
  readonly clock: Clock;
  /** Between two attempts. */
  readonly pause: Pause;
  /** How long an attempt may take. */
  readonly timeoutMs?: number;
  /** Default: 4. */
  readonly attempts?: number;
  /** Of all attempts together, asked before each. Default: no limit. */
  readonly timeLeftMs?: () => number;
}

const ATTEMPTS = 4;
const TIMEOUT_MS = 5000;
/** The message itself is what the receiver does not take: it would refuse it each time. */
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Posts each message as JSON. The signature lets a receiver tell that the message comes from whoever has the key, and, with the
 * timestamp in it, that it is not an old one sent again by somebody else:
 *
 *     X-Streamgauge-Timestamp: 1767225600
 *     X-Streamgauge-Signature: v1=hex(HMAC-SHA256(key, timestamp + "." + body))
 */
export class WebhookAlertSink implements AlertSink {
  readonly #settings: WebhookSettings;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
  }

  async send(message: SentAlert): Promise<'sent' | 'refused'> {
    const body = JSON.stringify(message);
    const { attempts = ATTEMPTS, timeLeftMs } = this.#settings;
    if (timeLeftMs !== undefined && timeLeftMs() < 1) {
      throw new AlertsOutOfTimeError(
        `No time was left to post message ${message.sequence} of ${message.id} to ${this.#origin}.`,
      );
    }
    const secret = await this.#secret();
    let found = '';
    const failure = () =>
      new AlertSinkError(
        `The webhook ${this.#origin} did not take message ${message.sequence} of ${message.id} in ${attempts} attempts: ${found}. It is sent again later. Look at the receiver, and at the url in the alert's definition.`,
      );
    return withRetries(attempts, this.#settings.pause, async () => {
      const answer = await this.#post(body, `${message.id}#${message.sequence}`, secret);
      if (typeof answer === 'string') found = answer;
      else if (answer >= 200 && answer < 300) return 'sent';
      else if (REFUSED.has(answer)) return 'refused';
      else found = `it answered ${answer}`;
      return new Again(failure);
    });
  }

  async #secret(): Promise<string | null> {
    const { secret } = this.#settings;
    return typeof secret === 'function' ? secret() : secret;
  }

  /** The status, or what went wrong. */
  async #post(body: string, idempotencyKey: string, secret: string | null): Promise<number | string> {
    const { url, timeoutMs = TIMEOUT_MS, timeLeftMs = () => timeoutMs } = this.#settings;
    const limitMs = Math.floor(Math.min(timeoutMs, timeLeftMs()));
    if (limitMs < 1) return 'no time was left for it';
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'streamgauge',
          'idempotency-key': encodeURI(idempotencyKey),
          ...this.#signature(body, secret),
        },
        // A redirect would carry the alert to an address that nobody wrote down.
        redirect: 'manual',
        signal: AbortSignal.timeout(limitMs),
      });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      const { message, cause } = error as Error;
      return cause instanceof Error ? `${message} (${cause.message})` : message;
    }
  }

  /** Each attempt has a time of its own. */
  #signature(body: string, secret: string | null): Record<string, string> {
    const { clock } = this.#settings;
    if (secret === null) return {};
    const timestamp = String(Math.floor(clock.nowMs() / 1000));
    const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return { 'x-streamgauge-timestamp': timestamp, 'x-streamgauge-signature': `v1=${digest}` };
  }

  /** Paths of webhooks are often secrets themselves. */
  get #origin(): string {
    return new URL(this.#settings.url).origin;
  }
}
