import type { Static } from 'typebox';
import { Type } from '../ir/type.ts';
import { greatest } from '../lists/extremes.ts';
import type { JsonScalar } from '../ports/alert-sink.ts';
import type { PageStore } from '../ports/page-store.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import type { LeftIncidents } from '../state/alert-progress.ts';
import { MissingPageError } from '../state/errors.ts';
import { handoverKey } from '../state/keys.ts';
import { PAGE_SET, ViewPages } from '../state/pages.ts';
import { storedJson } from '../state/stored-json.ts';
import type { AlertedView } from './alerted-view.ts';
import { type OutboxEntry, readOutbox } from './outbox.ts';

const WHOLE = Type.Integer({ minimum: 0 });
const OFFER = Type.Object({
  bucket: WHOLE,
  /** Pages of the outbox that hold the messages by which incidents were superseded, and the position behind which these are. */
  set: PAGE_SET,
  after: WHOLE,
  /** Up to where the key that left had closed windows. */
  closedUpToMs: Type.Number(),
  /** Rises from one offer to the next. */
  serial: WHOLE,
  /** The key whose incidents may adopt these ids. Once there is one it stays; null while nobody has asked. */
  takenBy: Type.Union([Type.String(), Type.Null()]),
});
type Offer = Static<typeof OFFER>;

/**
 * What the key that a view had leaves to the next one: the ids of its incidents that were on, by alert and group. One item by
 * the name of the view. An id is offered once all channels have had its last message, and a key takes offers before it adopts
 * any of their ids, so no two keys use an id at once:
 *
 *   sweep:          A is gone | supersedes 17 (#3) | publishes #3 | offers 17 |
 *   finalizer of B:   opens 4: nothing is offered                             | takes the offers, v6 | 17 goes on as #4
 *   finalizer of A:   (A is back)                                             | reads v5, takes: refused. 17 is B's
 */
interface Handover {
  readonly version: number;
  /** Key of the view that left. */
  readonly from: string;
  readonly offers: readonly Offer[];
}

const readItem = storedJson('offered incidents', Type.Object({ from: Type.String(), offers: Type.Array(OFFER) }));

export async function loadHandover(state: StateStore, view: string): Promise<Handover> {
  const item = await state.get(handoverKey(view));
  return item === null ? { version: 0, from: '', offers: [] } : { ...readItem(item), version: item.version };
}

/** Puts a handover in place of what was read. False where somebody else has written since. */
async function saveHandover(state: StateStore, view: string, { version, from, offers }: Handover): Promise<boolean> {
  const put: ItemWrite = {
    kind: 'put',
    key: handoverKey(view),
    version: version + 1,
    data: JSON.stringify({ from, offers }),
    condition: version === 0 ? { kind: 'absent' } : { kind: 'version', is: version },
  };
  return (await state.transact([put])).kind === 'committed';
}

/**
 * Offers what the buckets of a key have left, in place of what another key left. What was offered before stays as it is, taken
 * or not. The handover was read before what is left, so an offer that is older than what somebody took meanwhile is refused.
 *
 * @returns false where somebody else changed the handover: the next sweep offers again.
 */
export async function offerIncidents(
  state: StateStore,
  { key, name }: Pick<AlertedView, 'key' | 'name'>,
  handover: Handover,
  left: ReadonlyMap<number, LeftIncidents>,
): Promise<boolean> {
  const known = handover.from === key ? handover.offers : [];
  const serial = handover.version + 1;
  const offers = [...left].map(([bucket, one]): Offer => {
    const same = known.find((offer) => offer.bucket === bucket && offer.set.version === one.set.version);
    return same ?? { ...one, bucket, serial, takenBy: null };
  });
  if (offers.length === 0 || offers.every((offer) => known.includes(offer))) return true;
  return saveHandover(state, name, { version: handover.version, from: key, offers });
}

/** An incident of the key before, as its last message told of it. */
export interface OfferedIncident {
  readonly id: string;
  readonly sequence: number;
  readonly alert: string;
  readonly group: Readonly<Record<string, JsonScalar>> | null;
  readonly closedUpToMs: number;
}

export interface TakenOffers {
  /** Of the last offer that was taken; 0 where there is none. */
  readonly serial: number;
  readonly incidents: readonly OfferedIncident[];
}

const MAX_ATTEMPTS = 5;
const NOTHING_TAKEN: TakenOffers = { serial: 0, incidents: [] };

/**
 * Takes what is offered to a view, unless another key has. Of offers that this key took before it gives the incidents again:
 * whoever took them may have died.
 *
 * @param doneTo serial of the last offer whose time is over.
 */
export async function takeOffers(
  { state, pages }: { readonly state: StateStore; readonly pages: PageStore },
  { key, name }: Pick<AlertedView, 'key' | 'name'>,
  doneTo: number,
): Promise<TakenOffers> {
  const { from, offers } = await takeAll(state, name, key);
  const mine = offers.filter(({ takenBy, serial }) => serial > doneTo && takenBy === key);
  if (mine.length === 0) return NOTHING_TAKEN;
  const incidents: OfferedIncident[] = [];
  for (const offer of mine) {
    for (const { message } of await readOffer(pages, from, offer)) {
      const { id, sequence, alert, group, kind } = message;
      if (kind === 'superseded') incidents.push({ id, sequence, alert, group, closedUpToMs: offer.closedUpToMs });
    }
  }
  return { serial: greatest(mine.map(({ serial }) => serial)), incidents };
}

/** The handover once all that nobody has taken is the key's. Other buckets of the key may do the same at once. */
async function takeAll(state: StateStore, name: string, key: string): Promise<Handover> {
  for (let attempt = 1; ; attempt++) {
    const handover = await loadHandover(state, name);
    if (handover.offers.every(({ takenBy }) => takenBy !== null)) return handover;
    const offers = handover.offers.map((offer) => ({ ...offer, takenBy: offer.takenBy ?? key }));
    if (await saveHandover(state, name, { ...handover, offers })) return { ...handover, offers };
    // Without them incidents have ids of their own, which is no reason to fail.
    if (attempt === MAX_ATTEMPTS) return handover;
  }
}

/** Where the key is deployed again its outbox may have moved on: then its incidents are not adopted, but begin anew. */
async function readOffer(pages: PageStore, from: string, { bucket, set, after }: Offer): Promise<OutboxEntry[]> {
  if (set.pages === 0) return [];
  const outbox = { lastPosition: 0, dropped: 0, sets: [{ set, upTo: Number.POSITIVE_INFINITY }] };
  try {
    return await readOutbox(new ViewPages(pages, 'outbox', from, bucket), outbox, after);
  } catch (error) {
    if (error instanceof MissingPageError) return [];
    throw error;
  }
}
