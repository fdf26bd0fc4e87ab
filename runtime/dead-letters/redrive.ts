import { mapSettled } from '../../engine/async/map-settled.ts';
import { append } from '../../engine/lists/append.ts';
import {
  type DeadLetterStore,
  noteState,
  type Put,
  type RedriveOutcome,
  type RedriveRequest,
  type SideOutputQuery,
  type StoredSideOutput,
} from '../../engine/ports/dead-letter-store.ts';

/** A kept record without its bytes: what a redrive that is asked for thousands of them remembers. */
export interface Candidate extends Pick<StoredSideOutput, 'id' | 'kind' | 'stream' | 'reason'> {
  /** How many records it puts. */
  readonly records: number;
  /** What an earlier redrive has come to; null where there was none. */
  readonly state: Put['state'] | null;
}

export function candidateOf({ id, kind, stream, reason, payloads, redrive }: StoredSideOutput): Candidate {
  return { id, kind, stream, reason, records: payloads.length, state: redrive === null ? null : noteState(redrive) };
}

const PAGE = 500;

/** All that match, until so many are among them that are not redriven yet: a limit is one of work to be done. */
export async function findCandidates(
  store: DeadLetterStore,
  query: Omit<SideOutputQuery, 'limit' | 'after'>,
  limit: number,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let open = 0;
  let after: string | undefined;
  do {
    const page = await store.list({ ...query, after, limit: Math.min(PAGE, limit - open) });
    const candidates = page.records.map(candidateOf);
    append(found, candidates);
    open += candidates.filter(isOpen).length;
    after = page.cursor ?? undefined;
  } while (after !== undefined && open < limit);
  return found;
}

export function isOpen({ state }: Candidate): boolean {
  return state !== 'redriven';
}

export type PlannedRedrive = 'send' | 'send again' | 'skip' | 'refuse';

/** What a redrive would do, as far as the notes tell now. */
export function planRedrive({ state, records }: Candidate, again: boolean): PlannedRedrive {
  if (state === 'redriven') return 'skip';
  if (records === 0) return 'refuse';
  return state !== 'unknown' ? 'send' : again ? 'send again' : 'refuse';
}

export interface RedriveSummary {
  redriven: number;
  /** Records put into the streams: those of a batch each by itself. */
  records: number;
  skipped: number;
  failed: number;
  unknown: number;
  /** Left alone, for too many before them had failed, or it was to stop. */
  untried: number;
}

export interface RedriveAllOptions extends RedriveRequest {
  readonly concurrency: number;
  /** Once it is aborted, nothing is begun any more; what is under way goes to its end. */
  readonly signal: AbortSignal;
  readonly onOutcome: (id: string, outcome: RedriveOutcome) => void;
}

/** So many failures one after the other have a common cause, such as a missing permission: the rest is left alone. */
const MAX_FAILURES_IN_A_ROW = 20;

/** Puts each back. What one comes to does not keep the others from being tried, but a row of failures ends it. */
export async function redriveAll(
  store: DeadLetterStore,
  ids: readonly string[],
  { concurrency, signal, onOutcome, ...request }: RedriveAllOptions,
): Promise<RedriveSummary> {
  const summary: RedriveSummary = { redriven: 0, records: 0, skipped: 0, failed: 0, unknown: 0, untried: 0 };
  let failuresInARow = 0;
  await mapSettled(ids, concurrency, async (id) => {
    if (signal.aborted || failuresInARow >= MAX_FAILURES_IN_A_ROW) {
      summary.untried++;
      return;
    }
    const outcome = await redriveOne(store, id, request);
    failuresInARow = outcome.outcome === 'failed' ? failuresInARow + 1 : 0;
    summary[outcome.outcome]++;
    if (outcome.outcome === 'redriven') summary.records += outcome.puts.length;
    onOutcome(id, outcome);
  });
  return summary;
}

/** A store throws only where nothing was sent. */
async function redriveOne(store: DeadLetterStore, id: string, request: RedriveRequest): Promise<RedriveOutcome> {
  try {
    return await store.redrive(id, request);
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
