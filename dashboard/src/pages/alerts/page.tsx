import { useState } from 'preact/hooks';
import type { IncidentsAnswer } from '../../../../api/schemas/alerts.ts';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatFull } from '../../format/numbers.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, overview, pipeline } from '../../live/store.ts';
import { route, setQuery } from '../route.ts';
import { AcknowledgeDialog } from './acknowledge.tsx';
import { IncidentDetail } from './detail.tsx';
import { IncidentLine } from './line.tsx';
import { type Entry, groupsOf, type SectionName, sectionsOf } from './sections.ts';
import { Silences } from './silences.tsx';
import { countWords } from './words.ts';

const SEVERITIES = [
  ['all', 'All severities'],
  ['critical', 'Critical'],
  ['warning', 'Warning'],
] as const;
const MOST = 1000;

/** What the data says that somebody should know: what is open, what somebody has taken on, what is over. */
export function AlertsPage() {
  const { query = {} } = route.value;
  const [changes, setChanges] = useState(0);
  const severity = SEVERITIES.find(([name]) => name === query.severity)?.[0] ?? 'all';
  const parameters = { severity: severity === 'all' ? null : severity, view: query.view, limit: MOST };
  // What is asked for changes with what the live connection says of incidents, and with what this page has done.
  const said = JSON.stringify(overview.value?.incidents ?? null);
  const question = `${JSON.stringify(parameters)} ${overview.value?.open_incidents} ${said} ${changes}`;
  const { data, problem } = useAnswer(question, () => api.incidents(parameters)).value;
  if (pipeline.value === null || overview.value === null) return <main id="main" aria-busy="true" />;
  return (
    <main id="main" class="paged">
      <PageHead title="Alerts" what={data === null ? 'Waiting for the list.' : countWords(data)}>
        <Segments
          label="Severity"
          choices={SEVERITIES}
          chosen={severity}
          choose={(next) => setQuery({ severity: next === 'all' ? null : next })}
        />
        <ViewChoice />
        <Silences />
      </PageHead>
      {problem !== null && <ProblemBox problem={problem} />}
      {data !== null && <Incidents data={data} changed={() => setChanges(changes + 1)} />}
    </main>
  );
}

function ViewChoice() {
  const views = (pipeline.value?.views ?? []).filter(({ alerts }) => alerts.length > 0);
  if (views.length < 2) return null;
  return (
    <select
      class="button"
      aria-label="View"
      value={route.value.query?.view ?? ''}
      onChange={(event) => setQuery({ view: event.currentTarget.value || null })}
    >
      <option value="">All views</option>
      {views.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

function Incidents({ data, changed }: { readonly data: IncidentsAnswer; readonly changed: () => void }) {
  const [asked, ask] = useState<Entry | null>(null);
  const sections = sectionsOf(data.incidents);
  const entries = [...sections.open, ...sections.acknowledged, ...sections.resolved];
  if (entries.length === 0) return <p class="empty">{nothingWords()}</p>;
  const shown = entries.find(({ ids }) => ids.includes(route.value.name ?? '')) ?? entries[0];
  const section = (name: SectionName, title: string) => (
    <Section title={title} entries={sections[name]} shown={shown} ask={ask} changed={changed} />
  );
  return (
    <div class="two-columns">
      <section class="card flush" aria-label="Incidents">
        {section('open', 'Open')}
        {section('acknowledged', 'Acknowledged')}
        {section('resolved', 'Resolved')}
      </section>
      {shown !== undefined && (
        <aside class="card detail" aria-label="The chosen incident">
          <IncidentDetail key={shown.lead.id} entry={shown} ask={ask} changed={changed} />
        </aside>
      )}
      {asked !== null && (
        <AcknowledgeDialog
          entry={asked}
          close={(isDone) => {
            ask(null);
            if (isDone) changed();
          }}
        />
      )}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly shown: Entry | undefined;
  readonly ask: (entry: Entry) => void;
  readonly changed: () => void;
}

function Section({ title, entries, shown, ask, changed }: SectionProps) {
  if (entries.length === 0) return null;
  const groups = groupsOf(entries);
  const count = `${formatFull(entries.length)} ${entries.length === 1 ? 'incident' : 'incidents'}`;
  return (
    <>
      <header class="section-head">
        <h2>{title}</h2>
        <span>{groups > entries.length ? `${count}, ${formatFull(groups)} groups` : count}</span>
      </header>
      <ul>
        {entries.map((entry) => (
          <IncidentLine key={entry.lead.id} entry={entry} isShown={entry === shown} ask={ask} changed={changed} />
        ))}
      </ul>
    </>
  );
}

function nothingWords(): string {
  const rules = (pipeline.value?.views ?? []).reduce((sum, { alerts }) => sum + alerts.length, 0);
  if (rules === 0) return 'No view of this pipeline has an alert.';
  return `Nothing needs you. ${formatFull(rules)} ${rules === 1 ? 'rule watches' : 'rules watch'} the views.`;
}
