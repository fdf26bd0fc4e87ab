import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { SEVERITIES, type Severity } from '../ir/alert.ts';
import type { Verdict } from '../plan/alerts.ts';
import {
  type FoldedRun,
  type Incident,
  IncidentFold,
  type IncidentRules,
  NOTHING_FOLDED,
  type Step,
} from './incidents.ts';
import type { Announced } from './ledger.ts';

/** What is kept of one alert and one group. */
export interface AlertState {
  /** What the windows leave that can no longer change. */
  folded: FoldedRun;
  /** By window start: verdicts on rows that can. */
  readonly verdicts: Map<number, Verdict>;
  announced: readonly Announced[];
}

/** By key of the alert. */
export type GroupAlerts = Map<string, AlertState>;

export function newAlertState(): AlertState {
  return { folded: NOTHING_FOLDED, verdicts: new Map(), announced: [] };
}

/** Brings the fold through the windows that are kept one by one, those before `upToMs`. */
export function foldVerdicts({ folded, verdicts }: AlertState, rules: IncidentRules, upToMs: number): IncidentFold {
  const fold = new IncidentFold(rules, folded);
  for (const startMs of [...verdicts.keys()].sort((a, b) => a - b)) {
    if (startMs >= upToMs) break;
    fold.take(startMs, verdicts.get(startMs) as Verdict);
  }
  fold.closeUpTo(upToMs);
  return fold;
}

/** Nothing is left that a later window could need. */
export function isForgotten({ folded, verdicts, announced }: AlertState): boolean {
  return folded.run === null && folded.open === null && verdicts.size === 0 && announced.length === 0;
}

/**
 * How a group's alerts lie in pages: a varint of how many; of each its key, what is folded, a varint of the number of
 * verdicts with each window's start and verdict, and what was announced.
 */
export const groupAlertsCodec: StateCodec<GroupAlerts> = {
  encode(alerts, out) {
    out.varint(alerts.size);
    for (const [key, { folded, verdicts, announced }] of alerts) {
      out.text(key);
      writeFolded(out, folded);
      out.varint(verdicts.size);
      for (const [startMs, verdict] of verdicts) {
        writeValue(out, startMs);
        out.byte(verdict.kind === 'holds' ? HOLDS : SEVERITIES.indexOf(verdict.severity));
        if (verdict.kind === 'fires') out.text(verdict.reason);
      }
      out.varint(announced.length);
      for (const entry of announced) writeAnnounced(out, entry);
    }
  },
  decode(input) {
    const alerts: GroupAlerts = new Map();
    for (let left = input.count(); left > 0; left--) {
      const key = input.text();
      const folded = readFolded(input);
      const verdicts = new Map<number, Verdict>();
      for (let more = input.count(); more > 0; more--) verdicts.set(readInstant(input), readVerdict(input));
      const announced = Array.from({ length: input.count() }, () => readAnnounced(input));
      alerts.set(key, { folded, verdicts, announced });
    }
    return alerts;
  },
};

/** In the place of a severity. */
const HOLDS = SEVERITIES.length;

function writeFolded(out: ByteWriter, { run, open }: FoldedRun): void {
  out.byte((run === null ? 0 : 1) + (open === null ? 0 : 2));
  if (run !== null) {
    writeValue(out, run.firstMs);
    writeValue(out, run.lastMs);
    out.varint(run.windows);
    writeStep(out, run.peak);
  }
  if (open !== null) {
    writeValue(out, open.firstMs);
    writeValue(out, open.lastMs);
    writeStep(out, open.steps.at(-1) as Step);
  }
}

function readFolded(input: ByteReader): FoldedRun {
  const has = input.byte();
  if (has > 3) throw new CodecError(`A stored incident has the mark ${has}; this version knows 0 to 3.`);
  const run =
    has % 2 === 0
      ? null
      : { firstMs: readInstant(input), lastMs: readInstant(input), windows: input.varint(), peak: readStep(input) };
  return { run, open: has < 2 ? null : readOpen(input) };
}

function readOpen(input: ByteReader): Incident {
  return { firstMs: readInstant(input), lastMs: readInstant(input), steps: [readStep(input)], resolvedMs: null };
}

function writeStep(out: ByteWriter, { atMs, severity, reason }: Step): void {
  writeValue(out, atMs);
  out.byte(SEVERITIES.indexOf(severity));
  out.text(reason);
}

function readStep(input: ByteReader): Step {
  return { atMs: readInstant(input), severity: severityAt(input.byte()), reason: input.text() };
}

function readVerdict(input: ByteReader): Verdict {
  const mark = input.byte();
  return mark === HOLDS ? { kind: 'holds' } : { kind: 'fires', severity: severityAt(mark), reason: input.text() };
}

function writeAnnounced(out: ByteWriter, entry: Announced): void {
  out.signedVarint(entry.id);
  out.varint(entry.sequence);
  writeValue(out, entry.firstMs);
  writeValue(out, entry.lastMs);
  out.byte(SEVERITIES.indexOf(entry.severity));
  out.text(entry.reason);
  writeValue(out, entry.isOver);
  // What a grouped message tells of has adopted no id.
  writeValue(out, entry.adopted ?? entry.groupedIn);
}

function readAnnounced(input: ByteReader): Announced {
  const entry = {
    id: input.signedVarint(),
    sequence: input.varint(),
    firstMs: readInstant(input),
    lastMs: readInstant(input),
    severity: severityAt(input.byte()),
    reason: input.text(),
    isOver: readValue(input) === true,
  };
  const told = readValue(input);
  if (typeof told === 'string') return { ...entry, groupedIn: null, adopted: told };
  if (told === null || typeof told === 'number') return { ...entry, groupedIn: told, adopted: null };
  throw new CodecError('A stored incident has something else than the number of another one, or an id.');
}

function severityAt(index: number): Severity {
  const severity = SEVERITIES[index];
  if (severity === undefined) throw new CodecError(`A stored severity is ${index}; this version knows 0 to 2.`);
  return severity;
}

function readInstant(input: ByteReader): number {
  const value = readValue(input);
  if (typeof value === 'number') return value;
  throw new CodecError('A stored incident has something else than a time.');
}
