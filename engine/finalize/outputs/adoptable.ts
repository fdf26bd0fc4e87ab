import { Adoption, type AdoptionTime, NO_ADOPTION } from '../../alerts/adoption.ts';
import { takeOffers } from '../../alerts/handover.ts';
import { quietAfter, stepsOf } from '../../alerts/incidents.ts';
import { greatest } from '../../lists/extremes.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { PageStore, StateStore } from '../../ports/index.ts';
import type { AdoptedIncidents, AlertProgress } from '../../state/alert-progress.ts';
import { START_OF_TIME_MS } from '../../time/instant.ts';
import type { ViewSnapshot } from '../snapshot.ts';

const NOTHING_ADOPTED: AdoptedIncidents = { seenTo: 0, doneTo: 0, ids: [] };

/** The ids that incidents of one call may adopt, and what the commits of the call note of it. */
export class Adoptable {
  static readonly none = new Adoptable(NO_ADOPTION, NOTHING_ADOPTED, START_OF_TIME_MS);
  readonly adoption: Adoption;
  readonly #before: AdoptedIncidents;
  readonly #untilMs: number;

  private constructor(adoption: Adoption, before: AdoptedIncidents, untilMs: number) {
    this.adoption = adoption;
    this.#before = before;
    this.#untilMs = untilMs;
  }

  /** Reads what the view's key before has left, as long as windows are to come whose incidents may go on with it. */
  static async load(
    view: ViewPlan,
    ports: { readonly state: StateStore; readonly pages: PageStore },
    { adopted = NOTHING_ADOPTED, since }: AlertProgress,
    { firstWholeMs }: Pick<ViewSnapshot, 'firstWholeMs'>,
    closedUpToMs: number,
  ): Promise<Adoptable> {
    const steps = stepsOf(view);
    const times = new Map<string, AdoptionTime>();
    for (const { key, definition } of view.alerts) {
      const fromMs = Math.max(since[key] ?? closedUpToMs, firstWholeMs);
      const toMs = quietAfter({ ...steps, cooldownMs: definition.cooldownMs }, fromMs);
      times.set(definition.name, { fromMs, toMs });
    }
    const untilMs = greatest([...times.values()].map(({ toMs }) => toMs));
    if (closedUpToMs >= untilMs) return new Adoptable(NO_ADOPTION, adopted, untilMs);
    const taken = await takeOffers(ports, view, adopted.doneTo);
    const seen = { ...adopted, seenTo: Math.max(adopted.seenTo, taken.serial) };
    return new Adoptable(new Adoption(taken, times, view.window.grid?.sizeMs ?? 0, adopted.ids), seen, untilMs);
  }

  /** Once no window is to come whose incidents could adopt an id, the offers are done with, and their ids need not be kept. */
  noteAt(upToMs: number): Pick<AlertProgress, 'adopted'> {
    const { seenTo, doneTo } = this.#before;
    if (seenTo === 0) return {};
    const isDone = upToMs >= this.#untilMs;
    const ids = isDone ? [] : this.adoption.used;
    return { adopted: { seenTo, doneTo: isDone ? seenTo : doneTo, ids } };
  }
}
