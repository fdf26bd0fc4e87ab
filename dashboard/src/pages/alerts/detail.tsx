import { GroupName } from '../../components/group-name.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatFull } from '../../format/numbers.ts';
import { formatClock } from '../../format/times.ts';
import { pipeline, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';
import { Actions } from './actions.tsx';
import { IncidentChart } from './chart.tsx';
import { iconOf, StateChip } from './line.tsx';
import type { Entry } from './sections.ts';
import { Standouts } from './standout-list.tsx';
import { acknowledgedWords, columnOfRule } from './words.ts';

interface IncidentDetailProps {
  readonly entry: Entry;
  readonly ask: (entry: Entry) => void;
  readonly changed: () => void;
}

/** One incident in full: the reason, the hour before and after, what happened, and the rule. */
export function IncidentDetail({ entry, ask, changed }: IncidentDetailProps) {
  const { lead, groups } = entry;
  const view = pipeline.value?.views.find(({ name }) => name === lead.view);
  const column = view === undefined ? undefined : columnOfRule(view, lead.rule);
  const channels = view?.alerts.find(({ name }) => name === lead.alert)?.channels ?? [];
  return (
    <>
      <header class="detail-head">
        <Icon name={iconOf(lead)} size={16} />
        <h2>{lead.alert}</h2>
        <StateChip incident={lead} />
        <span class="keys">
          <kbd>J</kbd> <kbd>K</kbd> next, previous
        </span>
      </header>
      {groups === 1 && Object.keys(lead.group).length > 0 && (
        <p>
          <GroupName values={Object.values(lead.group)} />
        </p>
      )}
      <p class="reason">
        <bdi>{lead.cause ?? lead.reason}</bdi>
      </p>
      {lead.acknowledgement !== null && (
        <p class="sentence">
          Acknowledged <bdi>{acknowledgedWords(lead.acknowledgement, zone.value)}</bdi>
        </p>
      )}
      <div class="buttons">
        <Actions entry={entry} isMain={true} ask={ask} changed={changed} />
        <a class="button" href={pathOf({ page: 'views', name: lead.view, query: { window: String(lead.from) } })}>
          Show window
        </a>
      </div>
      {view !== undefined && column !== undefined && <IncidentChart view={view} column={column} incident={lead} />}
      <h3>What happened</h3>
      <History entry={entry} />
      <footer class="rule">
        Rule: <code>{lead.rule === '' ? lead.alert : lead.rule}</code>.{' '}
        {channels.length > 0 ? `Sent to ${channels.join(', ')}.` : 'It is sent nowhere.'}{' '}
        {groups > 1 && `It watches ${formatFull(groups)} groups here.`}
      </footer>
      {/* Last, for nobody knows how long its lists are before they come: nothing lies below that would move. */}
      {view !== undefined && column !== undefined && <Standouts view={view} watched={column.name} incident={lead} />}
    </>
  );
}

const COLORS: Readonly<Record<string, string>> = {
  opened: 'crit',
  escalated: 'crit',
  resolved: 'ok',
  withdrawn: 'late',
  superseded: 'late',
};

function History({ entry: { lead } }: { readonly entry: Entry }) {
  const known = lead.transitions;
  const steps =
    known.length > 0
      ? known.map(({ sequence, at, kind, reason }) => ({
          key: String(sequence),
          at,
          kind,
          words: stepWords(kind, reason, lead.until),
        }))
      : [{ key: 'from', at: lead.from, kind: 'opened', words: 'The window began that opened it' }];
  return (
    <ol class="history">
      {steps.map(({ key, at, kind, words }) => (
        <li key={key} class={COLORS[kind] ?? ''}>
          <time>{formatClock(at, zone.value, true)}</time>
          <i />
          <span>
            <bdi>{words}</bdi>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What ends an incident is told with the reason that opened it: that it is over is all there is to say. */
function stepWords(kind: string, reason: string, until: number | null): string {
  if (kind === 'resolved' && until !== null) {
    return `Resolved: over since ${formatClock(until, zone.value)}, and it did not come back.`;
  }
  return `${sentence(kind)}. ${reason}`;
}

function sentence(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
