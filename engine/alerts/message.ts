import { Type } from 'typebox';
import { SEVERITIES, TRANSITIONS } from '../ir/alert.ts';
import { toJson, type Value } from '../ir/node.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { AlertMessage, JsonScalar } from '../ports/alert-sink.ts';
import { formatInstant } from '../time/instant.ts';

const GROUP = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]));
const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);

/** A message as the outbox keeps it. */
export const ALERT_MESSAGE = Type.Object({
  id: Type.String(),
  sequence: Type.Integer({ minimum: 1 }),
  kind: Type.Enum(TRANSITIONS),
  view: Type.String(),
  alert: Type.String(),
  severity: Type.Enum(SEVERITIES),
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
      worst: Type.Array(Type.Object({ group: GROUP, severity: Type.Enum(SEVERITIES), reason: Type.String() })),
    }),
    Type.Null(),
  ]),
});

/** Whether the incident is over with the message, or was before. */
export function isClosing({ kind, to }: AlertMessage): boolean {
  return to !== null || kind === 'withdrawn' || kind === 'merged' || kind === 'superseded';
}

/** The id of an incident: unique among all that ever were, of all views. Those that were announced early are negative. */
export function incidentId({ key }: ViewPlan, alert: string, bucket: number, number: number): string {
  return `${key}/${alert}/${bucket}/${number < 0 ? `e${-number}` : number}`;
}

/** The name in an alert's key. */
export function alertName(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

/** A group's values by field, instants as text, as in its rows. */
export function groupOf({ definition }: ViewPlan, values: readonly Value[]): Record<string, JsonScalar> {
  const entries = definition.groupBy.map(({ name, node }, index): [string, JsonScalar] => {
    const value = toJson(values[index] ?? null);
    return [name, node.type.kind === 'instant' && typeof value === 'number' ? formatInstant(value) : value];
  });
  return Object.fromEntries(entries);
}
