import { useEffect, useRef, useState } from 'preact/hooks';
import type { Group } from '../../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import type { TopAnswer } from '../../../../api/schemas/rows.ts';
import { groupTokens } from '../../charts/color-slots.ts';
import { formatOf } from '../../charts/column-words.ts';
import { rankColumn } from '../../charts/kind.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { numberOf } from '../../charts/timeline-data.ts';
import { GroupName } from '../../components/group-name.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatFull } from '../../format/numbers.ts';
import { useAnswer } from '../../live/answers.ts';
import { calmKey } from '../../live/live-key.ts';
import { api } from '../../live/store.ts';
import { setQuery } from '../route.ts';
import { type Span, spanParameters } from '../span.ts';
import { groupKey, MOST_CHOSEN, writeGroups } from '../view-query.ts';

const SHOWN = 25;
const FOUND = 50;
const SPARK_POINTS = 24;
/** That there is room for. */
const NAME_CHARACTERS = 17;

interface GroupPanelProps {
  readonly view: ViewDescription;
  readonly column: Column;
  readonly span: Span;
  readonly chosen: readonly Group[];
}

interface Line {
  readonly group: Group;
  readonly value: number | null;
  readonly spark: readonly (number | null)[] | null;
}

/** The groups of a view: the greatest with their lines, all others by search. Up to five are drawn. */
export function GroupPanel({ view, column, span, chosen }: GroupPanelProps) {
  const [search, setSearch] = useState('');
  const [sixth, setSixth] = useState<Group | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => focusOnSlash(input), []);
  const by = rankColumn(view, column);
  const top = useAnswer(`${calmKey(view.name, span)} ${by?.name}`, () => readLines(view, by, span));
  const found = useAnswer(search === '' ? null : `${view.name} ${search} ${span.fromMs} ${span.toMs}`, () =>
    api.groups(view.name, { search, limit: FOUND, ...spanParameters(span) }),
  );
  const { data } = top.value;
  const known = new Map(data?.lines.map((line) => [groupKey(line.group), line]));
  const blank = (group: Group): Line => known.get(groupKey(group)) ?? { group, value: null, spark: null };
  const lines: readonly Line[] =
    search === ''
      ? [...known.values(), ...chosen.filter((group) => !known.has(groupKey(group))).map(blank)]
      : (found.value.data?.groups ?? []).map(blank);
  const tokens = groupTokens(view.name, chosen.map(groupKey));
  const tokenOf = new Map(chosen.map((group, i) => [groupKey(group), tokens[i]]));
  const all = data?.others == null ? null : data.lines.length + data.others.groups;
  const toggle = (group: Group) => {
    const key = groupKey(group);
    if (tokenOf.has(key)) setQuery({ groups: writeGroups(chosen.filter((one) => groupKey(one) !== key)) });
    else if (chosen.length < MOST_CHOSEN) setQuery({ groups: writeGroups([...chosen, group]) });
    else setSixth(group);
  };
  const format = formatOf(by ?? column);
  return (
    <section class="card groups" aria-label="Groups">
      <label class="search">
        <Icon name="search" size={16} />
        <input
          ref={input}
          type="search"
          placeholder={`Find among ${all === null ? 'all' : formatFull(all)} groups`}
          aria-label={`Find groups by the beginning of ${view.group_by.join(', ')}`}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <kbd>/</kbd>
      </label>
      <p class="what">
        {chosen.length} of at most {MOST_CHOSEN} chosen <span class="end">{by === null ? '' : `by ${by.name}`}</span>
      </p>
      {sixth !== null && <Drop chosen={chosen} sixth={sixth} done={() => setSixth(null)} />}
      <ul class="group-list">
        {lines.map(({ group, value, spark }) => {
          const key = groupKey(group);
          const token = tokenOf.get(key);
          return (
            <li key={key} class={token === undefined ? '' : 'chosen'}>
              <label>
                <input type="checkbox" checked={token !== undefined} onChange={() => toggle(group)} />
                <i class={token === undefined ? 'box' : `box ${token}`} />
                <span class="mono">
                  <GroupName values={Object.values(group)} most={NAME_CHARACTERS} />
                </span>
                {spark !== null && <Sparkline values={spark} words="" token={token ?? 'text3'} width={48} />}
                <b>{value === null ? '' : format(value)}</b>
              </label>
            </li>
          );
        })}
      </ul>
      {search !== '' && found.value.data?.groups.length === 0 && <p class="what">No group begins with this.</p>}
      {search !== '' && found.value.data?.cut === true && <p class="what">There are more: type more of the name.</p>}
      {search === '' && data?.others != null && data.others.groups > 0 && (
        <p class="what">
          {formatFull(data.others.groups)} others: search
          <span class="end">{data.others.value === null ? '' : format(data.others.value)}</span>
        </p>
      )}
    </section>
  );
}

interface Lines {
  readonly lines: readonly Line[];
  readonly others: TopAnswer['others'];
}

async function readLines(view: ViewDescription, by: Column | null, span: Span): Promise<Lines> {
  const range = spanParameters(span);
  if (by === null) {
    const { groups } = await api.groups(view.name, { limit: SHOWN, ...range });
    return { lines: groups.map((group) => ({ group, value: null, spark: null })), others: null };
  }
  const { groups, others } = await api.top(view.name, { by: by.name, n: SHOWN, spark: SPARK_POINTS, ...range });
  const lines = groups.map(({ group, columns, spark }) => ({
    group,
    value: numberOf(columns[by.name]),
    spark: spark ?? null,
  }));
  return { lines, others: others ?? { groups: 0, value: null } };
}

/** The sixth group asks which of the five to drop. */
function Drop({
  chosen,
  sixth,
  done,
}: {
  readonly chosen: readonly Group[];
  readonly sixth: Group;
  readonly done: () => void;
}) {
  return (
    <div class="drop" role="alert">
      <p>
        Five are drawn at most. Which goes for <GroupName values={Object.values(sixth)} />?
      </p>
      {chosen.map((group) => (
        <button
          key={groupKey(group)}
          type="button"
          class="button small"
          onClick={() => {
            setQuery({ groups: writeGroups(chosen.map((one) => (one === group ? sixth : one))) });
            done();
          }}
        >
          <GroupName values={Object.values(group)} />
        </button>
      ))}
      <button type="button" class="button quiet small" onClick={done}>
        None
      </button>
    </div>
  );
}

function focusOnSlash(input: { readonly current: HTMLInputElement | null }): () => void {
  const listen = (event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    input.current?.focus();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}
