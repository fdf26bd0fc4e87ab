import type { Severity, TransitionKind } from '../ir/alert.ts';
import type { Value } from '../ir/node.ts';

/**
 * Takes messages about alerts to one receiver: a terminal, a file, an address.
 *
 * Delivery is at least once. Whoever calls sends a message again where it cannot know that it arrived, with the same `id` and
 * `sequence`, and sends the messages of one incident in the order of their sequence, one after the other.
 *
 * @example
 * if ((await sink.send(message)) === 'refused') count(message);
 */
export interface AlertSink {
  /**
   * Returns once the receiver has the message, or has refused it for good, as it would each time.
   *
   * @throws AlertSinkError where the receiver may take it later. The message may have arrived nevertheless.
   */
  send(message: SentAlert): Promise<'sent' | 'refused'>;
}

/** A group's value in JSON: a whole number beyond 2^53 is text. */
export type JsonScalar = Exclude<Value, bigint>;

/** What a receiver is told of one transition of an incident, as JSON. */
export interface AlertMessage {
  /** Of the incident: the same from opening to resolution, and never used again. */
  readonly id: string;
  /** Counts the messages of the incident from 1. A receiver drops what is not higher than what it has seen. */
  readonly sequence: number;
  readonly kind: TransitionKind;
  readonly view: string;
  readonly alert: string;
  readonly severity: Severity;
  /** The incident's group by field; null of a grouped message. */
  readonly group: Readonly<Record<string, JsonScalar>> | null;
  /** The window that shows the transition. */
  readonly window_start: string;
  readonly window_end: string;
  /** Start of the incident's first window. */
  readonly from: string;
  /** End of its last window; null while it is not over. */
  readonly to: string | null;
  /** The cause in words. */
  readonly reason: string;
  /** Of `merged`: the incident that it is a part of. */
  readonly merged_into: string | null;
  /** Of a grouped message: how many incidents there are, how many of them are not over, and the worst of them. */
  readonly grouped: {
    readonly count: number;
    readonly open: number;
    readonly worst: readonly {
      readonly group: Readonly<Record<string, JsonScalar>>;
      readonly severity: Severity;
      readonly reason: string;
    }[];
  } | null;
}

/** A message as it is sent. */
export interface SentAlert extends AlertMessage {
  readonly pipeline: string;
  /** Where the view's rows and those of the window can be read, or a dashboard; null where there is neither. */
  readonly links: { readonly view: string; readonly window: string } | null;
}
