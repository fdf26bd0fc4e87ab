import type { Static } from 'typebox';
import { groupOfText } from '../codec/group.ts';
import { SEVERITIES } from '../ir/alert.ts';
import { Type } from '../ir/type.ts';
import type { AlertMessage } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import { earlyKey } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';
import { formatInstant } from '../time/instant.ts';
import type { AlertedView } from './alerted-view.ts';
import { alertName, groupOf, incidentId } from './message.ts';

const NOTE = Type.Object({
  /** Its number among the early incidents of the view's bucket; as that of an incident it is negative. */
  id: Type.Integer({ maximum: -1 }),
  /** Key of the alert. */
  alert: Type.String(),
  /** Text of the group. */
  group: Type.String(),
  /** Start of the window that was open. */
  windowMs: Type.Number(),
  severity: Type.Enum(SEVERITIES),
  reason: Type.String(),
  /** Channels that have had the message, or were not to have it. */
  sent: Type.Array(Type.String()),
});

/** An incident that was announced before its window was final. */
export type EarlyNote = Readonly<Static<typeof NOTE>>;

/**
 * The notes of a (view, bucket), in one item. A note is written before the message is published, on the version of the item
 * that was read, so nobody announces the same incident early under two ids. The pass that makes the window final takes it as
 * announced.
 *
 *   early pass:  reads notes v3 | writes the note, v4 | publishes e7 | notes that it is sent, v5
 *   finalizer:                                          closes the window: e7 is announced, and goes on under its id
 */
export interface EarlyNotes {
  readonly version: number;
  /** Of the last note that was written. */
  readonly lastId: number;
  readonly notes: readonly EarlyNote[];
}

const NO_NOTES: EarlyNotes = { version: 0, lastId: 0, notes: [] };

export async function loadEarlyNotes(state: StateStore, view: string, bucket: number): Promise<EarlyNotes> {
  const item = await state.get(earlyKey(view, bucket));
  return item === null ? NO_NOTES : { ...readItem(item), version: item.version };
}

const readItem = storedJson(
  'notes of early alerts',
  Type.Object({ lastId: Type.Integer({ maximum: 0 }), notes: Type.Array(NOTE) }),
);

/** Puts notes in place of those that were read. False where somebody else has written since. */
export async function saveEarlyNotes(
  state: StateStore,
  view: string,
  bucket: number,
  { version, lastId, notes }: EarlyNotes,
): Promise<boolean> {
  const condition = version === 0 ? { kind: 'absent' as const } : { kind: 'version' as const, is: version };
  const data = JSON.stringify({ lastId, notes });
  const key = earlyKey(view, bucket);
  const outcome = await state.transact([{ kind: 'put', key, version: version + 1, data, condition }]);
  return outcome.kind === 'committed';
}

/** The message that a note is of: the first one of its incident. */
export function earlyMessage(view: AlertedView, bucket: number, note: EarlyNote): AlertMessage {
  const alert = alertName(note.alert);
  const from = formatInstant(note.windowMs);
  return {
    id: incidentId(view, alert, bucket, { id: note.id, adopted: null }),
    sequence: 1,
    kind: 'opened',
    view: view.name,
    alert,
    severity: note.severity,
    group: groupOf(view, groupOfText(note.group)),
    window_start: from,
    window_end: formatInstant(note.windowMs + view.sizeMs),
    from,
    to: null,
    reason: note.reason,
    merged_into: null,
    grouped: null,
  };
}
