import { useState } from 'preact/hooks';
import type { Overview } from '../../../../api/schemas/overview.ts';
import type { SideOutputsPage } from '../../../../api/schemas/side-outputs.ts';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatCount, formatFull } from '../../format/numbers.ts';
import { formatClock } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { useCalm } from '../../live/calm.ts';
import { api, overview, zone } from '../../live/store.ts';
import { pathOf } from '../path.ts';
import { route, setQuery } from '../route.ts';
import { EventDetail } from './detail.tsx';
import { NothingYet } from './nothing-yet.tsx';
import { Redrive } from './redrive.tsx';
import { EventSums } from './sums.tsx';
import { EventTable } from './table.tsx';

const KINDS = ['dead', 'late', 'discarded', 'counted_late'] as const;
type Kind = (typeof KINDS)[number];

/** Each delivered event went to one of five places: this page shows those that were not counted, with their bytes. */
export function EventsPage() {
  const shown = overview.value;
  if (shown === null) return <main id="main" aria-busy="true" />;
  const { delivered } = shown.counters;
  return (
    <main id="main" class="paged">
      <PageHead
        title="Events"
        what={`${formatFull(delivered)} delivered since ${formatClock(shown.started, zone.value)}. Each went to exactly one of five places.`}
      />
      <Listed shown={shown} />
    </main>
  );
}

function Listed({ shown }: { readonly shown: Overview }) {
  const { name, query = {} } = route.value;
  const kind: Kind = KINDS.find((known) => known === query.kind) ?? 'dead';
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [isHeld, hold] = useState(false);
  const count = useCalm(kind === 'counted_late' ? 0 : shown.counters[kind], isHeld || chosen.size > 0);
  const cursor = cursors.at(-1) ?? null;
  const parameters = { reason: query.reason, search: query.search, cursor };
  const question = kind === 'counted_late' ? null : JSON.stringify([kind, parameters, count]);
  const { data, problem } = useAnswer(question, () => api.sideOutputs(kind, parameters)).value;
  const items = data?.kind === kind ? data.items : [];
  const item = items.find(({ id }) => id === name) ?? items[0];
  const change = (next: Readonly<Record<string, string | null>>) => {
    setQuery(next);
    setCursors([]);
    choose(new Set());
  };
  return (
    <div class="two-columns">
      <div>
        <EventSums shown={shown} />
        <section
          class="card flush"
          aria-label="Events that were not counted"
          onPointerEnter={() => hold(true)}
          onPointerLeave={() => hold(false)}
        >
          <Choices shown={shown} kind={kind} change={change} />
          {problem !== null && <ProblemBox problem={problem} />}
          {kind === 'counted_late' ? (
            <p class="empty">{countedLateWords(shown.counted_late)}</p>
          ) : items.length === 0 ? (
            <p class="empty">{data === null ? 'Waiting for the list.' : emptyWords(kind, query)}</p>
          ) : (
            <EventTable items={items} item={item} chosen={chosen} choose={choose} query={query} />
          )}
          <Foot
            data={data}
            chosen={chosen}
            isLater={cursor !== null}
            move={(next) => setCursors(next === null ? cursors.slice(0, -1) : [...cursors, next])}
          />
        </section>
      </div>
      {item !== undefined && kind !== 'counted_late' && (
        <aside class="card detail" aria-label="The chosen event">
          <EventDetail key={item.id} kind={kind} item={item} />
          {kind !== 'discarded' && (
            <Redrive
              kind={kind}
              stream={item.stream}
              ids={chosen.size > 0 ? [...chosen] : [item.id]}
              done={() => choose(new Set())}
            />
          )}
        </aside>
      )}
      {kind !== 'counted_late' && shown.counters[kind] === 0 && data !== null && items.length === 0 && (
        <NothingYet kind={kind} />
      )}
    </div>
  );
}

interface ChoicesProps {
  readonly shown: Overview;
  readonly kind: Kind;
  readonly change: (next: Readonly<Record<string, string | null>>) => void;
}

function Choices({ shown, kind, change }: ChoicesProps) {
  const { query = {} } = route.value;
  const { dead, late, discarded } = shown.counters;
  return (
    <>
      <div class="choices">
        <Segments
          label="What became of them"
          choices={[
            ['dead', `Dead ${formatCount(dead)}`],
            ['late', `Late ${formatCount(late)}`],
            ['discarded', `Discarded ${formatCount(discarded)}`],
            ['counted_late', `Counted late ${formatCount(shown.counted_late)}`],
          ]}
          chosen={kind}
          choose={(next) => change({ kind: next, reason: null })}
        />
        <input
          type="search"
          class="field"
          data-search
          aria-label="Find in raw bytes"
          placeholder="Find in raw bytes"
          value={query.search ?? ''}
          onChange={(event) => change({ search: event.currentTarget.value || null })}
        />
      </div>
      {kind === 'dead' && (
        <Reasons shown={shown} chosen={query.reason ?? null} choose={(reason) => change({ reason })} />
      )}
    </>
  );
}

interface ReasonsProps {
  readonly shown: Overview;
  readonly chosen: string | null;
  readonly choose: (reason: string | null) => void;
}

function Reasons({ shown, chosen, choose }: ReasonsProps) {
  const counts = new Map<string, number>();
  for (const { dead_by_reason: by } of Object.values(shown.streams)) {
    for (const [reason, count] of Object.entries(by ?? {})) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  const reasons = [...counts].sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <div class="chips">
      <button type="button" class="chip" aria-pressed={chosen === null} onClick={() => choose(null)}>
        all reasons {formatCount(shown.counters.dead)}
      </button>
      {reasons.map(([reason, count]) => (
        <button key={reason} type="button" class="chip" aria-pressed={chosen === reason} onClick={() => choose(reason)}>
          {reason} {formatCount(count)}
        </button>
      ))}
    </div>
  );
}

interface FootProps {
  readonly data: SideOutputsPage | null;
  readonly chosen: ReadonlySet<string>;
  readonly isLater: boolean;
  readonly move: (cursor: string | null) => void;
}

function Foot({ data, chosen, isLater, move }: FootProps) {
  if (data === null || (data.items.length === 0 && !isLater)) return null;
  return (
    <footer class="foot">
      <b>{chosen.size === 0 ? '' : `${formatFull(chosen.size)} chosen`}</b>
      <span class="end">
        {formatFull(data.items.length)} shown
        {isLater && (
          <button type="button" class="button" onClick={() => move(null)}>
            Back
          </button>
        )}
        {data.cursor !== null && (
          <button type="button" class="button" onClick={() => move(data.cursor)}>
            More
          </button>
        )}
      </span>
    </footer>
  );
}

function countedLateWords(count: number) {
  return (
    <span>
      {count === 0
        ? 'No event came late and was still counted.'
        : `${formatFull(count)} events came late and were counted by a revision. They are in the rows: a window that has them says r2 or more.`}{' '}
      <a href={pathOf({ page: 'views' })}>Views</a>
    </span>
  );
}

function emptyWords(kind: Kind, query: Readonly<Record<string, string>>): string {
  if (query.search !== undefined) return `No bytes hold “${query.search}” among those that were looked at.`;
  if (query.reason !== undefined) return `None has the reason ${query.reason}.`;
  if (kind === 'dead') return 'Every event fitted its schema.';
  if (kind === 'late') return 'No event came after its window took revisions.';
  return 'No batch was given up.';
}
