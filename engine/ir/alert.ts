import type { ExpressionNode } from './node.ts';

/** How grave an incident is, from the least on. Receivers compare by the place in this list. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What became of an incident. */
export const TRANSITIONS = [
  'opened',
  'escalated',
  'resolved',
  /** Late events show that it is not over, though it was announced to be. */
  'reopened',
  /** Late events changed when it began or ended, or show that it was less grave. */
  'revised',
  /** Late events show that there was none. */
  'withdrawn',
  /** Late events show that it is a part of another one, which goes on under its own id. */
  'merged',
  /** The alert was changed or removed while it was on. */
  'superseded',
] as const;
export type TransitionKind = (typeof TRANSITIONS)[number];

/**
 * Where an alert's messages go, as data: adapters do the work. Secrets are named by the environment variable that holds
 * them, and never stand in a definition.
 */
export type ChannelDefinition =
  /** Lines in the terminal of the process that runs the pipeline. */
  | { readonly kind: 'terminal' }
  /** JSON Lines, one message a line, added to the end of a file. */
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      /** The variable that holds the key of the signature; null for none. */
      readonly secretVariable: string | null;
    }
  /** Null: the topic of the deployment. */
  | { readonly kind: 'sns'; readonly topicArn: string | null }
  | { readonly kind: 'eventBridge'; readonly busName: string };

/** Under this name a channel's progress is kept: the same text for the same receiver. */
export function channelName(channel: ChannelDefinition): string {
  switch (channel.kind) {
    case 'terminal':
      return 'terminal';
    case 'file':
      return `file ${channel.path}`;
    case 'webhook':
      return `webhook ${channel.url} ${channel.secretVariable ?? ''}`.trimEnd();
    case 'sns':
      return `sns ${channel.topicArn ?? ''}`.trimEnd();
    case 'eventBridge':
      return `eventBridge ${channel.busName}`;
  }
}

/** A severity that rows have for which a condition is true. */
export interface SeverityCase {
  readonly severity: Severity;
  readonly condition: ExpressionNode;
}

/** An alert as data. Its expressions read the columns of a row. */
export interface AlertDefinition {
  readonly name: string;
  /** An incident begins where this is true. */
  readonly when: ExpressionNode;
  /** The gravest first; the first that is true counts. */
  readonly severities: readonly SeverityCase[];
  /** Of rows for which none of the cases is true. */
  readonly otherSeverity: Severity;
  /** Windows in a row for which `when` must be true before an incident is announced. */
  readonly forWindows: number;
  /** How long the condition must have been false before an incident is over; what comes back sooner is the same one. */
  readonly cooldownMs: number;
  /** An incident goes on until this is true, or the group has no row; null: until `when` is not true. */
  readonly resolve: ExpressionNode | null;
  /** The cause in words, a text of the row; null for one made of `when`. */
  readonly reason: ExpressionNode | null;
  readonly to: readonly ChannelDefinition[];
  /** How often open windows are looked at, by the clock; null for never. */
  readonly earlyMs: number | null;
  /** A transition is not sent where its window ended longer ago than this. */
  readonly maxAgeMs: number;
  /** Of more incidents that begin in one window, one grouped message is sent. */
  readonly groupAbove: number;
}
