import type { Incident } from '../../../../api/schemas/alerts.ts';
import type { Scalar } from '../../../../api/schemas/common.ts';
import { stepOf } from '../../charts/timeline-data.ts';
import { GroupName } from '../../components/group-name.tsx';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-name.ts';
import { formatCount, formatFull } from '../../format/numbers.ts';
import { formatClock, formatWindow } from '../../format/times.ts';
import { dataNowMs, pipeline, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';
import { route } from '../route.ts';
import { Actions } from './actions.tsx';
import type { Entry } from './sections.ts';
import { acknowledgedWords, ageWords, endWords } from './words.ts';

interface IncidentLineProps {
  readonly entry: Entry;
  readonly isShown: boolean;
  readonly ask: (entry: Entry) => void;
  readonly changed: () => void;
}

/** One incident: its shape, its rule and view, its reason, its window and how long it lasts. */
export function IncidentLine({ entry, isShown, ask, changed }: IncidentLineProps) {
  const { lead, groups, worst } = entry;
  const { query } = route.value;
  const isOver = lead.state !== 'open' && lead.state !== 'acknowledged';
  return (
    <li class={isShown ? 'incident shown' : 'incident'}>
      <Icon name={iconOf(lead)} size={16} />
      <div class="what">
        <a
          data-row
          href={pathOf({ page: 'alerts', name: lead.id, ...(query !== undefined && { query }) })}
          aria-current={isShown ? 'true' : undefined}
        >
          {lead.alert}
        </a>{' '}
        <span class="mono">{lead.view}</span> <StateChip incident={lead} />{' '}
        {groups > 1 ? (
          <span class="chip">{formatFull(groups)} groups, one incident</span>
        ) : (
          <GroupName values={Object.values(lead.group)} />
        )}
        <p>
          <bdi>{lead.cause ?? lead.reason}</bdi>
        </p>
      </div>
      <div class="when">
        <WindowLink incident={lead} />
        <span>
          {lead.acknowledgement === null ? (
            ageWords(lead, dataNowMs())
          ) : (
            <bdi>{acknowledgedWords(lead.acknowledgement, zone.value)}</bdi>
          )}
        </span>
      </div>
      <div class="actions">
        {isOver ? (
          <span>{endWords(lead, zone.value)}</span>
        ) : (
          <Actions entry={entry} isMain={false} ask={ask} changed={changed} />
        )}
      </div>
      {worst.length > 1 && <WorstTable lead={lead} worst={worst} groups={groups} />}
    </li>
  );
}

export function iconOf({ state, severity }: Incident): IconName {
  if (state === 'withdrawn') return 'withdrawn';
  if (state === 'resolved' || state === 'superseded') return 'well';
  return severity === 'critical' ? 'critical' : 'warning';
}

export function StateChip({ incident: { state, severity } }: { readonly incident: Incident }) {
  if (state === 'withdrawn') return <span class="chip revised">withdrawn by late events</span>;
  if (state === 'resolved' || state === 'superseded') return null;
  return <span class={`chip ${severity}`}>{severity}</span>;
}

/** The window that opened it, as a link to it in its view. */
export function WindowLink({ incident: { view, from } }: { readonly incident: Incident }) {
  const described = pipeline.value?.views.find(({ name }) => name === view);
  const step = described === undefined ? null : stepOf(described.window);
  const words =
    step === null ? formatClock(from, zone.value, true) : formatWindow(from, from + step, zone.value, dataNowMs());
  return <a href={pathOf({ page: 'views', name: view, query: { window: String(from) } })}>{words}</a>;
}

function WorstTable({ lead, worst, groups }: Pick<Entry, 'lead' | 'worst' | 'groups'>) {
  const hasValues = worst.some(({ value }) => value != null);
  const fields = Object.keys(worst[0]?.group ?? {}).join(', ');
  return (
    <div class="worst">
      <h3>
        Worst {formatFull(worst.length)} <span>of {formatFull(groups)}</span>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{fields}</th>
            {hasValues && (
              <>
                <th scope="col" class="number">
                  value
                </th>
                <th scope="col" class="number">
                  expected
                </th>
                <th scope="col" class="number">
                  score
                </th>
              </>
            )}
            <th scope="col">{hasValues ? 'now' : 'reason'}</th>
          </tr>
        </thead>
        <tbody>
          {worst.map(({ group, reason, value, lower, upper, score, until }) => (
            <tr key={JSON.stringify(group)}>
              <td class="mono">
                <GroupName values={Object.values(group) as readonly Scalar[]} />
              </td>
              {hasValues && (
                <>
                  <td class="number">{value == null ? 'not known' : formatFull(value)}</td>
                  <td class="number quiet">
                    {lower == null || upper == null ? '' : `${formatCount(lower)} to ${formatCount(upper)}`}
                  </td>
                  <td class="number quiet">{score == null ? '' : score.toFixed(4)}</td>
                </>
              )}
              <td title={reason}>
                {until != null ? (
                  <span class="chip">recovered {formatClock(until, zone.value)}</span>
                ) : hasValues ? (
                  <span class="chip warning">still on</span>
                ) : (
                  <bdi>{reason}</bdi>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups > worst.length && (
        <a href={pathOf({ page: 'views', name: lead.view, query: { window: String(lead.from) } })}>
          All {formatFull(groups)} groups in their window
        </a>
      )}
    </div>
  );
}
