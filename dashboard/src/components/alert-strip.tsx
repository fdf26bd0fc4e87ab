import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { IncidentLine } from '../../../api/schemas/overview.ts';
import { formatFull } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { dataNowMs, overview, pipeline } from '../live/store.ts';
import { alertTurn, isWall } from '../live/wall.ts';
import { AcknowledgeDialog } from '../pages/alerts/acknowledge.tsx';
import { pathOf } from '../pages/path.ts';
import { Icon } from './icon.tsx';

const RANK = { critical: 0, warning: 1, info: 2 } as const;
const WORDS = { critical: 'Critical', warning: 'Warning', info: 'Notice' } as const;
const at = signal(0);

/** Shows the next one, or the one before. */
export function walkAlerts(by: number): void {
  const count = unacknowledged().length;
  if (count > 0) at.value = (Math.min(at.value, count - 1) + by + count) % count;
}

function unacknowledged(): readonly (readonly [string, IncidentLine])[] {
  return Object.entries(overview.value?.incidents ?? {})
    .filter(([, { acknowledged }]) => !acknowledged)
    .sort(([, a], [, b]) => RANK[a.severity] - RANK[b.severity] || b.from - a.from);
}

/** The worst open incident in words; arrow keys walk through the rest. */
export function AlertStrip() {
  const shown = overview.value;
  if (shown === null || shown.open_incidents === 0) return null;
  const incidents = unacknowledged();
  const index = isWall.value
    ? alertTurn.value % Math.max(1, incidents.length)
    : Math.min(at.value, incidents.length - 1);
  const found = incidents[index];
  if (found === undefined) return null;
  const [id, incident] = found;
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight') walkAlerts(1);
    if (event.key === 'ArrowLeft') walkAlerts(-1);
  };
  return (
    <section class={`strip ${incident.severity}`} aria-label="Worst open alert" onKeyDown={walk}>
      <Icon name={incident.severity === 'critical' ? 'critical' : 'warning'} size={16} />
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
        <span class="age">
          {index + 1} of {formatFull(shown.open_incidents)}
        </span>
      </span>
    </section>
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
  const group = Object.values(incident.group).map(String).join(', ');
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
