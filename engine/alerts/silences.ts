import { type Static, Type } from 'typebox';
import type { AlertMessage } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import { SILENCES } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';

/**
 * What is not to be sent for a while. It acts where messages are published, and nowhere else: incidents open and end under
 * it as always.
 */
export type Silence = Static<typeof SILENCE>;
const SILENCE = Type.Object({
  /** By the clock: from this instant, and before the other one. */
  fromMs: Type.Number(),
  toMs: Type.Number(),
  /** Of all views, unless one is named. */
  view: Type.Optional(Type.String()),
  /** Of all alerts, unless one is named. */
  alert: Type.Optional(Type.String()),
  /** Of all groups, unless fields are named: then of those that have these values. */
  group: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
  ),
});

export async function loadSilences(state: StateStore): Promise<readonly Silence[]> {
  return (await state.query({ partition: SILENCES })).map(readSilence);
}

const readSilence = storedJson('a silence', SILENCE);

/** A grouped message is of no one group: only silences that name none hold it back. */
export function isSilenced(message: AlertMessage, silences: readonly Silence[], nowMs: number): boolean {
  return silences.some(({ fromMs, toMs, view, alert, group }) => {
    if (nowMs < fromMs || nowMs >= toMs) return false;
    if (view !== undefined && view !== message.view) return false;
    if (alert !== undefined && alert !== message.alert) return false;
    return Object.entries(group ?? {}).every(([field, value]) => message.group?.[field] === value);
  });
}
