import { type Static, Type } from 'typebox';
import { SEVERITIES } from '../ir/alert.ts';
import type { Value } from '../ir/node.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { formatInstant } from '../time/instant.ts';
import { TRANSITIONS } from './ledger.ts';

const GROUP = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]));
const SEVERITY = Type.Enum(SEVERITIES);
const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);

export const ALERT_MESSAGE = Type.Object({
  id: Type.String(),
  sequence: Type.Integer({ minimum: 1 }),
  kind: Type.Enum(TRANSITIONS),
  view: Type.String(),
  alert: Type.String(),
  severity: SEVERITY,
  group: Type.Union([GROUP, Type.Null()]),
  window_start: Type.String(),
  window_end: Type.String(),
  from: Type.String(),
  to: TEXT_OR_NULL,
  reason: Type.String(),
  merged_into: TEXT_OR_NULL,
  grouped: Type.Union([
    Type.Object({
      count: Type.Integer({ minimum: 0 }),
      open: Type.Integer({ minimum: 0 }),
      worst: Type.Array(Type.Object({ group: GROUP, severity: SEVERITY, reason: Type.String() })),
    }),
    Type.Null(),
  ]),
});

/**
 * What a receiver is told of one transition of an incident, as JSON. Delivery is at least once: a repeat has the same `id`
 * and `sequence`. Messages of one incident are published in the order of `sequence`, so a receiver drops what is lower than
 * what it has seen.
 *
 * `group` has the incident's group by field; it is null of a grouped message, whose `grouped` has the number of incidents
 * and the worst of them. `window_start` and `window_end` are those of the window that shows the transition. `from` is the
 * start of the incident's first window, `to` the end of its last one, null while it is not over. `reason` is the cause in
 * words. `merged_into` is the id of the incident that a merged one is a part of.
 */
export type AlertMessage = Static<typeof ALERT_MESSAGE>;

/** The id of an incident: unique among all that ever were, of all views. */
export function incidentId({ key }: ViewPlan, alert: string, bucket: number, number: number): string {
  return `${key}/${alert}/${bucket}/${number}`;
}

/** A group's values by field, instants as text, as in its rows. */
export function groupOf({ definition }: ViewPlan, values: readonly Value[]): Record<string, Value> {
  const entries = definition.groupBy.map(({ name, node }, index): [string, Value] => {
    const value = values[index] ?? null;
    return [name, node.type.kind === 'instant' && typeof value === 'number' ? formatInstant(value) : value];
  });
  return Object.fromEntries(entries);
}
