import { useEffect, useState } from 'preact/hooks';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { stepOf } from '../../charts/timeline-data.ts';
import { Switch } from '../../components/view-card.tsx';
import { formatDuration } from '../../format/times.ts';
import { dataNowMs } from '../../live/store.ts';
import { setQuery } from '../route.ts';
import { PRESET_NAMES, PRESETS, type Preset, parseTime, type Span, spanBefore } from '../span.ts';

interface ToolbarProps {
  readonly view: ViewDescription;
  readonly columns: readonly Column[];
  readonly column: Column | null;
  readonly span: Span;
  readonly compares: boolean;
  readonly says: string;
}

/** What the page shows: which column, which stretch of time, and beside what. All of it is in the address. */
export function Toolbar({ view, columns, column, span, compares, says }: ToolbarProps) {
  const isLive = span.toMs === null;
  const length = (span.toMs ?? dataNowMs()) - (span.fromMs ?? Number.NaN);
  const before = spanBefore(span, dataNowMs(), stepOf(view.window));
  return (
    <div class="toolbar">
      {column !== null && columns.length > 1 && (
        <Switch
          view={view}
          most={5}
          columns={columns}
          chosen={column.name}
          choose={(name) => setQuery({ column: name })}
        />
      )}
      <fieldset class="segments">
        <legend class="hidden-text">Range</legend>
        {(Object.keys(PRESETS) as Preset[]).map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={span.preset === preset}
            onClick={() => setQuery({ range: preset, from: null, to: null })}
          >
            {PRESET_NAMES[preset]}
          </button>
        ))}
      </fieldset>
      <FromTo span={span} />
      <button
        type="button"
        class={isLive ? 'button live small' : 'button small'}
        aria-pressed={isLive}
        onClick={() => setQuery(isLive ? standStill(span) : { from: null, to: null })}
      >
        <i class={isLive ? 'dot' : 'dot hollow'} />
        {isLive ? 'Live' : 'Go on live'}
      </button>
      {column !== null && (
        <button
          type="button"
          class={compares ? 'button live small' : 'button small'}
          aria-pressed={compares}
          disabled={before === null}
          onClick={() => setQuery({ compare: compares ? null : '1' })}
        >
          <i class="dashes" />
          {before === null
            ? 'Nothing before all time'
            : `Compare with ${span.preset === null ? formatDuration(length) : PRESET_NAMES[span.preset]} before`}
        </button>
      )}
      <span class="says" title={says}>
        {says}
      </span>
    </div>
  );
}

function standStill({ fromMs }: Span): Readonly<Record<string, string | null>> {
  const nowMs = dataNowMs();
  const from = fromMs ?? nowMs - PRESETS['4h'];
  return { from: new Date(from).toISOString(), to: new Date(nowMs).toISOString() };
}

/** Two times as they are typed, in UTC: they count once both are times and in order. */
function FromTo({ span }: { readonly span: Span }) {
  const stands = { from: inputOf(span.fromMs), to: inputOf(span.toMs) };
  const [typed, type] = useState(stands);
  useEffect(() => type(stands), [stands.from, stands.to]);
  const take = (next: typeof typed) => {
    type(next);
    const [from, to] = [parseTime(next.from), parseTime(next.to)];
    if (from !== null && to !== null && from < to) {
      setQuery({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    }
  };
  return (
    <span class={span.preset === null && span.toMs !== null ? 'from-to chosen' : 'from-to'}>
      <input
        placeholder="from"
        aria-label="From, in UTC, as 2026-11-25 14:30"
        value={typed.from}
        onChange={(event) => take({ ...typed, from: event.currentTarget.value })}
      />
      –
      <input
        placeholder="now"
        aria-label="To, in UTC, as 2026-11-25 18:35"
        value={typed.to}
        onChange={(event) => take({ ...typed, to: event.currentTarget.value })}
      />
    </span>
  );
}

function inputOf(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
