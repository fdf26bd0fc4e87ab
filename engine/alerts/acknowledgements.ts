import type { Static } from 'typebox';
import { StreamgaugeError } from '../ir/streamgauge-error.ts';
import { Type } from '../ir/type.ts';
import { StoreError } from '../ports/errors.ts';
import type { StateStore } from '../ports/state-store.ts';
import { ACKNOWLEDGEMENTS } from '../state/keys.ts';
import { storedJson } from '../state/stored-json.ts';

/** Somebody has seen an incident. It changes nothing about the incident and its messages. */
export type Acknowledgement = Static<typeof ACKNOWLEDGEMENT>;
const ACKNOWLEDGEMENT = Type.Object({
  /** By the clock. */
  atMs: Type.Number(),
  by: Type.String(),
  note: Type.String(),
});

/** All are read with each question about incidents. */
export const MAX_ACKNOWLEDGEMENTS = 1000;

/** As many are acknowledged as there may be. */
export class TooManyAcknowledgementsError extends StreamgaugeError {
  override readonly name = 'TooManyAcknowledgementsError';
  readonly code = 'tooManyAcknowledgements';
}

/** By id of the incident. Those of incidents that are over may be among them. */
export async function loadAcknowledgements(state: StateStore): Promise<ReadonlyMap<string, Acknowledgement>> {
  const items = await state.query({ partition: ACKNOWLEDGEMENTS, limit: MAX_ACKNOWLEDGEMENTS });
  return new Map(items.map((item) => [item.key.sort, readItem(item)]));
}

/**
 * Notes that somebody has seen an incident, in place of whoever saw it before, and removes what was noted of incidents that
 * are over: ids are never used again, so nobody can ask for those.
 *
 * @param isOpen whether an incident of that id is on.
 * @throws TooManyAcknowledgementsError
 * @throws StoreError of code `conflict` where somebody else acknowledged it at this moment.
 */
export async function acknowledge(
  state: StateStore,
  id: string,
  acknowledgement: Acknowledgement,
  isOpen: (id: string) => boolean,
): Promise<void> {
  const known = await loadAcknowledgements(state);
  const over = [...known.keys()].filter((each) => each !== id && !isOpen(each));
  if (over.length > 0) await state.delete(over.map(keyOf));
  if (!known.has(id) && known.size - over.length >= MAX_ACKNOWLEDGEMENTS) {
    throw new TooManyAcknowledgementsError(
      `${MAX_ACKNOWLEDGEMENTS} incidents that are on are acknowledged, and no more can be. End one that no longer matters, or silence the alert.`,
    );
  }
  const key = keyOf(id);
  const present = await state.get(key);
  const condition = present === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: present.version };
  const data = JSON.stringify(acknowledgement);
  const outcome = await state.transact([{ kind: 'put', key, version: (present?.version ?? 0) + 1, data, condition }]);
  if (outcome.kind !== 'committed') {
    throw new StoreError('conflict', `Somebody else acknowledged the incident ${id} at this moment. Look at it again.`);
  }
}

/** False where nobody had acknowledged it. */
export async function endAcknowledgement(state: StateStore, id: string): Promise<boolean> {
  if ((await state.get(keyOf(id))) === null) return false;
  await state.delete([keyOf(id)]);
  return true;
}

const readItem = storedJson('an acknowledgement', ACKNOWLEDGEMENT);

function keyOf(id: string) {
  return { partition: ACKNOWLEDGEMENTS, sort: id };
}
