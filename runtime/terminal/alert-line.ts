import type { Severity } from '../../engine/ir/alert.ts';
import type { AlertMessage, AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';
import { groupValueText } from '../../engine/text/group-value-text.ts';
import type { Style } from './color.ts';
import { type Line, truncate } from './text.ts';

/** Characters of a group's value: an event can hold any, and what happened comes behind it. */
const LONGEST_VALUE = 80;

const STYLES: Readonly<Record<Severity, Style>> = { info: 'accent', warning: 'warning', critical: 'bad' };

/** One message as a line. Groups and causes are texts of events: whoever renders the line makes them safe. */
export function alertLine({
  kind,
  severity,
  view,
  alert,
  group,
  window_end: end,
  reason,
  id,
  sequence,
}: AlertMessage): Line {
  const isOver = kind === 'resolved' || kind === 'withdrawn' || kind === 'merged' || kind === 'superseded';
  const of = Object.values(group ?? {})
    .map((value) => truncate(groupValueText(value), LONGEST_VALUE))
    .join(', ');
  return [
    { text: ` ${severity} ${kind}`, style: isOver ? 'good' : STYLES[severity] },
    { text: ` ${view}.${alert}${of === '' ? '' : ` ${of}`}`, style: 'strong' },
    { text: `  ${reason}` },
    { text: `  ${end}  ${id}#${sequence}`, style: 'faint' },
  ];
}

/** Messages that stay in sight where the terminal shows a table that is replaced in place. */
const RECENT = 5;

/** The channel `terminal()`: keeps the last messages for a live table, or hands each to whoever prints lines. */
export class TerminalAlertSink implements AlertSink {
  #recent: readonly SentAlert[] = [];
  readonly #print: ((line: Line) => void) | null;

  constructor(print: ((line: Line) => void) | null) {
    this.#print = print;
  }

  get recent(): readonly SentAlert[] {
    return this.#recent;
  }

  async send(message: SentAlert): Promise<'sent'> {
    this.#recent = [...this.#recent, message].slice(-RECENT);
    this.#print?.(alertLine(message));
    return 'sent';
  }
}
