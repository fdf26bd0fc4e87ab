import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import type { AlertMessage } from '../ports/alert-sink.ts';
import { StoreError } from '../ports/errors.ts';
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
  /** Of all groups, unless fields are named: then of those whose values have these texts. */
  group: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export async function loadSilences(state: StateStore): Promise<readonly (Silence & { readonly name: string })[]> {
  const items = await state.query({ partition: SILENCES });
  return items.map((item) => ({ ...readSilence(item), name: item.key.sort }));
}

/**
 * Begins a silence, and removes those that have ended by then: nothing else does, and publishers read them all.
 *
 * @throws StoreError where there is a silence of this name.
 */
export async function addSilence(state: StateStore, name: string, silence: Silence): Promise<void> {
  const key = { partition: SILENCES, sort: name };
  const data = JSON.stringify(silence);
  const outcome = await state.transact([{ kind: 'put', key, version: 1, data, condition: { kind: 'absent' } }]);
  if (outcome.kind !== 'committed') {
    throw new StoreError('conflict', `There already is a silence ${name}. Silence again.`);
  }
  const ended = (await loadSilences(state)).filter(({ toMs }) => toMs <= silence.fromMs);
  if (ended.length > 0) await state.delete(ended.map((each) => ({ partition: SILENCES, sort: each.name })));
}

/** False where there is none of this name. */
export async function endSilence(state: StateStore, name: string): Promise<boolean> {
  const key = { partition: SILENCES, sort: name };
  if ((await state.get(key)) === null) return false;
  await state.delete([key]);
  return true;
}

const readSilence = storedJson('a silence', SILENCE);

/** A grouped message is of no one group: only silences that name none hold it back. */
export function isSilenced(message: AlertMessage, silences: readonly Silence[], nowMs: number): boolean {
  return silences.some(({ fromMs, toMs, view, alert, group }) => {
    if (nowMs < fromMs || nowMs >= toMs) return false;
    if (view !== undefined && view !== message.view) return false;
    if (alert !== undefined && alert !== message.alert) return false;
    return Object.entries(group ?? {}).every(
      ([field, value]) => message.group !== null && String(message.group[field]) === value,
    );
  });
}
