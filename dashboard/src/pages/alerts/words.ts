import type { Incident, IncidentsAnswer } from '../../../../api/schemas/alerts.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { drawnColumns } from '../../charts/kind.ts';
import { formatFull } from '../../format/numbers.ts';
import { formatClock, formatDuration, type Zone } from '../../format/times.ts';

/** `2 open, 1 acknowledged, 14 resolved`. */
export function countWords({ open, acknowledged, resolved }: Omit<IncidentsAnswer, 'incidents'>): string {
  return `${formatFull(open)} open, ${formatFull(acknowledged)} acknowledged, ${formatFull(resolved)} resolved`;
}

/** `open 1 h 1 min`, `lasted 4 min`: by the clock of the data. */
export function ageWords({ state, from, until }: Pick<Incident, 'state' | 'from' | 'until'>, nowMs: number): string {
  if (until !== null) return `lasted ${formatDuration(Math.max(0, until - from))}`;
  return state === 'open' || state === 'acknowledged' ? `open ${formatDuration(Math.max(0, nowMs - from))}` : '';
}

/** `by ana, 17:22: new video banner`. */
export function acknowledgedWords(said: NonNullable<Incident['acknowledgement']>, zone: Zone): string {
  return `by ${said.by}, ${formatClock(said.at, zone)}${said.note === '' ? '' : `: ${said.note}`}`;
}

/** What became of what is over. */
export function endWords({ state, until }: Pick<Incident, 'state' | 'until'>, zone: Zone): string {
  const at = until === null ? '' : ` ${formatClock(until, zone)}`;
  if (state === 'withdrawn') return `taken back by late events${at}`;
  if (state === 'superseded') return `another incident goes on${at}`;
  return until === null ? 'resolved by itself' : `resolved by itself, over since${at}`;
}

/** The column that a rule looks at, in itself or through a detector: the one that a chart of the incident shows. */
export function columnOfRule(view: ViewDescription, rule: string): Column | undefined {
  const drawn = drawnColumns(view);
  const named = view.columns.filter(({ name }) => new RegExp(`(^|[^\\w])${escaped(name)}($|[^\\w])`).test(rule));
  for (const { name, of } of named) {
    const found = drawn.find((column) => column.name === name) ?? drawn.find((column) => of.includes(column.name));
    if (found !== undefined) return found;
  }
  return drawn[0];
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
