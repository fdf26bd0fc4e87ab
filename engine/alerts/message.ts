import { SEVERITIES, TRANSITIONS } from '../ir/alert.ts';
import { toJson, type Value } from '../ir/node.ts';
import { Type } from '../ir/type.ts';
import type { AlertMessage, JsonScalar } from '../ports/alert-sink.ts';
import { formatInstant } from '../time/instant.ts';
import type { AlertedView } from './alerted-view.ts';

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

/** What names an incident in its view's bucket. */
export interface Numbered {
  /** Negative where it was announced early. */
  readonly id: number;
  /** The id that it has from the view's key before this one; null where it began under this key. */
  readonly adopted: string | null;
}

/** The id of an incident: unique among all that ever were, of all views. */
export function incidentId(
  { key }: Pick<AlertedView, 'key'>,
  alert: string,
  bucket: number,
  { id, adopted }: Numbered,
): string {
  return adopted ?? `${key}/${alert}/${bucket}/${id < 0 ? `e${-id}` : id}`;
}

/** The name in an alert's key. */
export function alertName(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

/** A group's values by field, instants as text, as in its rows. */
export function groupOf({ fields }: AlertedView, values: readonly Value[]): Record<string, JsonScalar> {
  const entries = fields.map(({ name, isInstant }, index): [string, JsonScalar] => {
    const value = toJson(values[index] ?? null);
    return [name, isInstant && typeof value === 'number' ? formatInstant(value) : value];
  });
  return Object.fromEntries(entries);
}
