import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import { groupValueText } from '../../engine/text/group-value-text.ts';

/** SNS's own limit, in characters of ASCII. */
const MAX_SUBJECT = 100;
/** In characters. The whole of it is in the JSON. */
const MAX_LINE = 1000;

/** The subject of a mail: one line of ASCII, and what tells most comes first. */
export function alertSubject({ kind, severity, view, alert, pipeline, grouped }: SentAlert): string {
  const incidents = grouped === null ? '' : ` (${grouped.count} incidents)`;
  const subject = `${severity.toUpperCase()} ${kind}: ${alert} in ${view}${incidents}, ${pipeline}`;
  const ascii = subject.replace(/[^ -~]/g, '?');
  return ascii.length <= MAX_SUBJECT ? ascii : `${ascii.slice(0, MAX_SUBJECT - 3)}...`;
}

/** The message for people, as the body of a mail. */
export function alertText(message: SentAlert): string {
  const { kind, severity, view, alert, pipeline, group, reason, grouped, links } = message;
  const lines = [
    `${severity} ${kind}: ${reason}`,
    '',
    `pipeline   ${pipeline}`,
    `view       ${view}`,
    `alert      ${alert}`,
    ...(group === null ? [] : [`group      ${groupText(group)}`]),
    `window     ${message.window_start} to ${message.window_end}`,
    `incident   from ${message.from}${message.to === null ? '' : ` to ${message.to}`}`,
    ...(message.merged_into === null ? [] : [`part of    ${message.merged_into}`]),
    `id         ${message.id}, message ${message.sequence}`,
  ];
  if (grouped !== null) {
    lines.push('', `${grouped.count} incidents, ${grouped.open} of them not over. The worst:`);
    for (const worst of grouped.worst) lines.push(`  ${worst.severity}  ${groupText(worst.group)}  ${worst.reason}`);
  }
  // Links are plain ASCII already, and one that is cut leads nowhere.
  const link = links === null ? [] : [`see        ${links.window}`];
  return `${[...lines.map(printable), ...link].join('\n')}\n`;
}

function groupText(group: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(group).map(([field, value]) => `${field}=${groupValueText(value)}`);
  return parts.length === 0 ? 'all' : parts.join(' ');
}

/** Texts of events may hold anything: what is no character to read, or ends a line, becomes a question mark. */
function printable(line: string): string {
  const text = line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return text.length <= MAX_LINE ? text : `${text.slice(0, MAX_LINE)}…`;
}
