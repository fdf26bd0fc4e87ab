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
/** Messages that are remembered, for a list of the incidents that are over. */
const REMEMBERED = 200;

/** The channel `terminal()`: keeps the last messages for a live table, or hands each to whoever prints lines. */
export class TerminalAlertSink implements AlertSink {
  #told: readonly SentAlert[] = [];
  readonly #print: ((line: Line) => void) | null;

  constructor(print: ((line: Line) => void) | null) {
    this.#print = print;
  }

  get recent(): readonly SentAlert[] {
    return this.#told.slice(-RECENT);
  }

  /** What this process has told, the oldest first: outboxes forget what all channels have had. */
  get told(): readonly SentAlert[] {
    return this.#told;
  }

  async send(message: SentAlert): Promise<'sent'> {
    this.#told = [...this.#told, message].slice(-REMEMBERED);
    this.#print?.(alertLine(message));
    return 'sent';
  }
}
