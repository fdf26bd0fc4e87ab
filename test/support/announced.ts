import { readOutbox } from '../../engine/alerts/outbox.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { AlertMessage } from '../../engine/ports/alert-sink.ts';
import type { PageStore, StateStore } from '../../engine/ports/index.ts';
import { ViewPages } from '../../engine/state/pages.ts';
import { loadProgress } from '../../engine/state/progress.ts';

/** All messages of a view's bucket that its outbox holds: where nobody publishes, all that ever were. */
export async function announcedBy(
  view: ViewPlan,
  { state, pages }: { readonly state: StateStore; readonly pages: PageStore },
  bucket = 0,
): Promise<readonly AlertMessage[]> {
  const { alerts } = await loadProgress(state, view.key, bucket);
  if (alerts === null) return [];
  const entries = await readOutbox(new ViewPages(pages, 'outbox', view.key, bucket), alerts.outbox, 0);
  return entries.map(({ message }) => message);
}

/** An incident as somebody sees it who has had all messages. */
export interface BelievedIncident {
  readonly alert: string;
  readonly group: string;
  readonly from: string;
  readonly to: string | null;
  readonly severity: string;
}

/**
 * What a receiver makes of messages that come at least once: of each incident the message with the highest sequence counts.
 *
 * @throws where a receiver could not make sense of them.
 */
export function believed(messages: readonly AlertMessage[]): readonly BelievedIncident[] {
  const latest = new Map<string, AlertMessage>();
  for (const message of messages) {
    const { id, sequence, kind } = message;
    const before = latest.get(id);
    if (sequence > (before?.sequence ?? 0) + 1)
      throw new Error(`${id}: message ${sequence} came before the one before it.`);
    if ((kind === 'opened') !== (sequence === 1)) throw new Error(`${id}: message ${sequence} says ${kind}.`);
    if (sequence > (before?.sequence ?? 0)) latest.set(id, message);
    else if (sequence === before?.sequence && JSON.stringify(message) !== JSON.stringify(before)) {
      throw new Error(`${id}: message ${sequence} says two things.`);
    }
  }
  const gone: readonly string[] = ['withdrawn', 'merged', 'superseded'];
  return [...latest.values()]
    .filter(({ kind }) => !gone.includes(kind))
    .map(({ alert, group, from, to, severity }) => ({ alert, group: JSON.stringify(group), from, to, severity }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
