import { type AlertDefinition, type ChannelDefinition, channelName } from '../ir/alert.ts';
import { eventStreamsOf, streamsOf, upstreamsOf } from '../ir/source-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';

/** What the messages about a view's alerts need to know of it. It is kept in the state too, for a view that is deployed no more. */
export interface AlertedView {
  readonly key: string;
  readonly name: string;
  readonly buckets: number;
  /** From the start of a window to its end. */
  readonly sizeMs: number;
  readonly fields: readonly { readonly name: string; readonly isInstant: boolean }[];
  readonly alerts: readonly Pick<AlertDefinition, 'name' | 'to' | 'maxAgeMs' | 'earlyMs' | 'groupAbove'>[];
  /** The streams that its events come from. */
  readonly streams: readonly string[];
  /** Keys of the views that checkpoints list as long as events are taken in for this one: itself, or those at its bottom. */
  readonly roots: readonly string[];
}

export function alertedView(view: ViewPlan): AlertedView {
  const { key, name, definition, window } = view;
  return {
    key,
    name,
    buckets: definition.buckets,
    sizeMs: window.grid?.sizeMs ?? 0,
    fields: definition.groupBy.map((field) => ({ name: field.name, isInstant: field.node.type.kind === 'instant' })),
    alerts: definition.alerts.map(({ name: alert, to, maxAgeMs, earlyMs, groupAbove }) => {
      return { name: alert, to, maxAgeMs, earlyMs, groupAbove };
    }),
    streams: streamsOf(definition.source).map((stream) => stream.name),
    roots: rootsOf(view),
  };
}

function rootsOf({ key, source, definition }: ViewPlan): readonly string[] {
  const own = eventStreamsOf(definition.source).length > 0 ? [key] : [];
  return [...new Set([...own, ...upstreamsOf(source).flatMap(rootsOf)])];
}

/** The channels of a view's alerts, each once, by name. */
export function channelsOf({ alerts }: AlertedView): ReadonlyMap<string, ChannelDefinition> {
  return new Map(alerts.flatMap(({ to }) => to.map((channel) => [channelName(channel), channel] as const)));
}

export function hasEarly({ alerts }: AlertedView): boolean {
  return alerts.some(({ earlyMs }) => earlyMs !== null);
}
