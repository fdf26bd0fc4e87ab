import { readOutbox } from '../alerts/outbox.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { AlertMessage } from '../ports/alert-sink.ts';
import { ViewPages } from '../state/pages.ts';
import { loadProgress } from '../state/progress.ts';
import { compareText } from '../text/compare-text.ts';
import type { OpenWindowPorts } from './open-windows.ts';
import { readWholePages } from './whole-pages.ts';

/** The messages about a view's alerts that its outbox holds, by bucket: where nobody publishes, all that ever were. */
export async function readAnnounced(view: ViewPlan, ports: OpenWindowPorts): Promise<AlertMessage[]> {
  const found: AlertMessage[] = [];
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const entries = await readWholePages(ports, async () => {
      const { alerts } = await loadProgress(ports.state, view.key, bucket);
      if (alerts === null) return [];
      return readOutbox(new ViewPages(ports.pages, 'outbox', view.key, bucket), alerts.outbox, 0);
    });
    for (const { message } of entries) found.push(message);
  }
  return found;
}

const GONE: ReadonlySet<AlertMessage['kind']> = new Set(['withdrawn', 'merged', 'superseded']);

/** What messages come to: of each incident that was not taken back, the last one. By the start of the incident. */
export function presentIncidents(messages: readonly AlertMessage[]): readonly AlertMessage[] {
  const latest = new Map<string, AlertMessage>();
  for (const message of messages) {
    if (message.sequence > (latest.get(message.id)?.sequence ?? 0)) latest.set(message.id, message);
  }
  return [...latest.values()]
    .filter(({ kind }) => !GONE.has(kind))
    .sort((a, b) => compareText(a.from, b.from) || compareText(groupOf(a), groupOf(b)));
}

function groupOf({ alert, group }: AlertMessage): string {
  return `${alert} ${JSON.stringify(group)}`;
}
