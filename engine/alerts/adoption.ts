import type { JsonScalar } from '../ports/alert-sink.ts';
import type { AdoptedIncidents } from '../state/alert-progress.ts';
import type { OfferedIncident, TakenOffers } from './handover.ts';

/** Ids that a bucket remembers to have adopted while more can be. What is beyond begins under an id of its own. */
const MAX_ADOPTED = 500;

/**
 * How long nobody may have watched a group for an incident to go on: of event time, from where the key before had closed windows
 * to the first window that this one judges, besides the length of one.
 */
const MAX_UNWATCHED_MS = 3_600_000;

/** An id that an incident goes on under, and the sequence of the last message that it had. */
export type AdoptedId = Pick<OfferedIncident, 'id' | 'sequence'>;

/** When incidents of an alert may adopt ids. */
export interface AdoptionTime {
  /** From the first window that this key judges. */
  readonly fromMs: number;
  /** To before this instant. */
  readonly toMs: number;
}

/**
 * Gives incidents that open the ids that the view's key before has left to them, each once. Windows that neither key has judged do
 * not count: an incident goes on where the group's condition is true soon after the first window that this key judges, as if it
 * had been on until then.
 *
 *   key before   F F F|            cooldown: one window
 *   this key          |p p . F .   p: partial rows, which say nothing. The incident goes on in the second window it judges
 */
export class Adoption {
  readonly #offered = new Map<string, OfferedIncident>();
  readonly #times: ReadonlyMap<string, AdoptionTime>;
  readonly #sizeMs: number;
  readonly #used: string[];

  /** @param times by name of the alert. */
  constructor(
    { incidents }: TakenOffers,
    times: ReadonlyMap<string, AdoptionTime>,
    sizeMs: number,
    used: AdoptedIncidents['ids'],
  ) {
    this.#times = times;
    this.#sizeMs = sizeMs;
    this.#used = [...used];
    const known = new Set(used);
    for (const one of incidents) if (!known.has(one.id)) this.#offered.set(nameOf(one.alert, one.group), one);
  }

  /** Ids that were adopted and could be offered again. */
  get used(): readonly string[] {
    return this.#used;
  }

  take(alert: string, group: OfferedIncident['group'], firstMs: number): AdoptedId | null {
    const name = nameOf(alert, group);
    const [offered, time] = [this.#offered.get(name), this.#times.get(alert)];
    if (offered === undefined || time === undefined || this.#used.length >= MAX_ADOPTED) return null;
    const unwatchedMs = time.fromMs - offered.closedUpToMs;
    if (firstMs >= time.toMs || unwatchedMs > this.#sizeMs + MAX_UNWATCHED_MS) return null;
    this.#offered.delete(name);
    this.#used.push(offered.id);
    return offered;
  }
}

export const NO_ADOPTION = new Adoption({ serial: 0, incidents: [] }, new Map(), 0, []);

/** The order of fields is the definition's: the same group has the same text where it was changed. */
function nameOf(alert: string, group: Readonly<Record<string, JsonScalar>> | null): string {
  const fields = group === null ? null : Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${alert} ${JSON.stringify(fields)}`;
}
