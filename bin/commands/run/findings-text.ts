import { formatDuration } from '../../../engine/ir/duration.ts';
import type { DeadFinding, LateFinding, RunFinding } from '../../../runtime/run-findings.ts';
import { thousands } from '../../cli/thousands.ts';

/** What a run found, for people. */
export function findingLines(finding: RunFinding): string[] {
  return finding.kind === 'dead' ? deadLines(finding) : lateLines(finding);
}

function deadLines({ stream, dead, delivered, stopped, reasons, likely_format }: DeadFinding): string[] {
  const end = stopped ? ' The rest was not read.' : '';
  return [
    `${thousands(dead)} of ${thousands(delivered)} events of stream '${stream}' are dead, which is more than --max-dead allows.${end} The first:`,
    ...reasons.map(({ reason, sequence, message }) => `  ${reason}, line ${thousands(Number(sequence))}: ${message}`),
    ...(likely_format === null ? [] : [`They look as if stream '${stream}' had to say format: ${likely_format}.`]),
    'All are in _dead_letters.jsonl; the rows are of the other events.',
  ];
}

function lateLines({ stream, late, delivered, first, latest_event, max_lateness_ms }: LateFinding): string[] {
  const example =
    first === null ? '' : ` The first is line ${thousands(Number(first.sequence))}, of ${first.event_time}.`;
  return [
    `${thousands(late)} of ${thousands(delivered)} events of stream '${stream}' came too late for their windows.${example}`,
    `The latest event is of ${latest_event}, and maxLateness is ${formatDuration(max_lateness_ms)}. If the file is in no order of time, run with --sort.`,
  ];
}
