import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { IncidentLine, Overview, ViewState } from '../../../api/schemas/overview.ts';
import { formatFull } from '../format/numbers.ts';
import { formatClock, formatDuration } from '../format/times.ts';
import { dataNowMs, overview, pipeline, serverNowMs, zone } from '../live/store.ts';
import { alertTurn, isWall } from '../live/wall.ts';
import { AcknowledgeDialog } from '../pages/alerts/acknowledge.tsx';
import { pathOf } from '../pages/path.ts';
import { idOf } from '../pages/pipeline/graph.ts';
import { CopyButton } from './copy-button.tsx';
import { nameOf, shorten } from './group-words.ts';
import { Icon } from './icon.tsx';
import { reportOf } from './report.ts';

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const WORDS = { critical: 'Critical', warning: 'Warning', info: 'Notice' } as const;
const at = signal(0);

/** What the strip can show: a view that does not close, which is ours to mend, and incidents of the data. */
type Entry =
  | { readonly kind: 'stuck'; readonly view: string; readonly state: ViewState }
  | { readonly kind: 'incident'; readonly id: string; readonly incident: IncidentLine };

/** Shows the next one, or the one before. */
export function walkAlerts(by: number): void {
  const count = entriesOf(overview.value).length;
  if (count > 0) at.value = (Math.min(at.value, count - 1) + by + count) % count;
}

/** Views that do not close come first: as long as one stands still nobody knows what its data would say. */
function entriesOf(shown: Overview | null): readonly Entry[] {
  if (shown === null) return [];
  const stuck = Object.entries(shown.views)
    .filter(([, state]) => state.stuck !== null)
    .map(([view, state]): Entry => ({ kind: 'stuck', view, state }));
  const incidents = Object.entries(shown.incidents)
    .filter(([, { acknowledged }]) => !acknowledged)
    .sort(([, a], [, b]) => RANK[a.severity] - RANK[b.severity] || b.from - a.from)
    .map(([id, incident]): Entry => ({ kind: 'incident', id, incident }));
  return [...stuck, ...incidents];
}

/** The worst that is open, in words; arrow keys walk through the rest. */
export function AlertStrip() {
  const shown = overview.value;
  const entries = entriesOf(shown);
  const index = isWall.value ? alertTurn.value % Math.max(1, entries.length) : Math.min(at.value, entries.length - 1);
  const entry = entries[index];
  if (shown === null || entry === undefined) return null;
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight') walkAlerts(1);
    if (event.key === 'ArrowLeft') walkAlerts(-1);
  };
  // Incidents come over the wire up to a number: their count may be higher than what is here.
  const all = shown.open_incidents + entries.filter(({ kind }) => kind === 'stuck').length;
  const severity = entry.kind === 'stuck' ? 'critical' : entry.incident.severity;
  return (
    <section class={`strip ${severity}`} aria-label="Worst open alert" onKeyDown={walk}>
      <Icon name={severity === 'critical' ? 'critical' : 'warning'} size={16} />
      {entry.kind === 'stuck' ? <Stuck {...entry} /> : <Incident {...entry} />}
      <span class="age">
        {index + 1} of {formatFull(all)}
      </span>
    </section>
  );
}

function Stuck({ view, state: { stuck, closed_up_to: upTo } }: { readonly view: string; readonly state: ViewState }) {
  if (stuck === null) return null;
  const stands = upTo === null ? 'has closed nothing' : `stands at ${formatClock(upTo, zone.value)}`;
  return (
    <>
      <b>Finalize fails</b>
      <span class="reason" title={stuck.detail}>
        <a href={pathOf({ page: 'views', name: view })}>{view}</a> {stands}: <bdi>{stuck.detail}</bdi>
      </span>
      <span class="age">for {formatDuration(Math.max(0, serverNowMs() - stuck.since))}</span>
      <span class="end">
        <a class="button quiet" href={pathOf({ page: 'pipeline', name: idOf('view', view) })}>
          See what holds it back
        </a>
        <CopyButton words="Copy report" text={() => reportOf(view)} />
      </span>
    </>
  );
}

function Incident({ id, incident }: { readonly id: string; readonly incident: IncidentLine }) {
  return (
    <>
      <b>{WORDS[incident.severity]}</b>
      <Reason incident={incident} />
      <span class="age">open {formatDuration(Math.max(0, dataNowMs() - incident.from))}</span>
      <span class="end">
        <a
          class="button quiet"
          href={pathOf({ page: 'views', name: incident.view, query: { window: String(incident.from) } })}
        >
          Show window
        </a>
        {pipeline.value?.allowed.acknowledge === true ? (
          <Acknowledge id={id} incident={incident} />
        ) : (
          <a class="button" href={pathOf({ page: 'alerts', name: id })}>
            Look at it
          </a>
        )}
      </span>
    </>
  );
}

function Acknowledge({ id, incident }: { readonly id: string; readonly incident: IncidentLine }) {
  const [isAsking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button" data-acknowledge="" onClick={() => ask(true)}>
        Acknowledge
      </button>
      {isAsking && <AcknowledgeDialog entry={{ lead: incident, ids: [id] }} close={() => ask(false)} />}
    </>
  );
}

function Reason({ incident }: { readonly incident: IncidentLine }) {
  const group = shorten(nameOf(incident.group));
  const of = incident.groups > 1 ? `${formatFull(incident.groups)} groups` : group;
  return (
    <span class="reason" title={incident.reason}>
      <b>{incident.alert}</b> of <a href={pathOf({ page: 'views', name: incident.view })}>{incident.view}</a>
      {of !== '' && (
        <>
          {' '}
          (<bdi>{of}</bdi>)
        </>
      )}
      : <bdi>{incident.reason}</bdi>
    </span>
  );
}
