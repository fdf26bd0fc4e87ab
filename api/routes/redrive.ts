import { mapSettled } from '../../engine/async/map-settled.ts';
import type { DeadLetterStore, StoredSideOutput } from '../../engine/ports/dead-letter-store.ts';
import { noteState } from '../../engine/ports/dead-letter-store.ts';
import { type RedriveTrial, tryRedrive } from '../../engine/query/redrive-trial.ts';
import { JSON_TYPE } from '../media-types.ts';
import { ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { RedriveAnswer, RedriveRequest } from '../schemas/side-outputs.ts';
import type { ApiSource } from '../source.ts';
import { recordOf } from './side-outputs.ts';

/** Who did it, where the request does not say. */
const BY = 'the API';
const CONCURRENCY = 8;
const NEEDS_LATE =
  'It is a late event: views that had it in time count it twice, unless the stream has dedupe. Say late: true if that is what you want.';

/** What was asked of one kept record, and what is known of it before anything is sent. */
type Candidate =
  | { readonly kind: 'failing'; readonly id: string; readonly reason: string; readonly detail: string }
  | { readonly kind: 'redriven' }
  | { readonly kind: 'fit'; readonly id: string; readonly trial: RedriveTrial };

export const REDRIVE_ROUTE: Route = route({
  method: 'POST',
  path: '/api/events/dead/redrive',
  summary:
    'Puts dead letters back into their streams, with late also late events; with dry_run it says what would become of them.',
  body: RedriveRequest,
  answers: { [JSON_TYPE]: RedriveAnswer },
  problems: [400, 403, 413, 415],
  async answer({ c, source, body }) {
    const { sideOutputs, allowed } = source;
    if (!allowed.redrive || sideOutputs.redrive === undefined) {
      throw new ProblemError(
        403,
        'not_allowed',
        'It is not allowed here',
        'Dead letters cannot be put back through this server. Use: streamgauge dead-letters redrive.',
      );
    }
    const candidates: Candidate[] = [];
    for (const id of new Set(body.ids)) candidates.push(await judge(source, id, body.late === true));
    const fit = candidates.filter((each) => each.kind === 'fit');
    const redrive = sideOutputs.redrive.bind(sideOutputs);
    const sent = body.dry_run ? NOTHING_SENT : await sendAll(redrive, fit, body.by ?? BY);
    const answer: RedriveAnswer = {
      sent: sent.records,
      would_count: fit.reduce((sum, { trial }) => sum + trial.counted, 0),
      would_fail: candidates
        .filter((each) => each.kind === 'failing')
        .map(({ id, reason, detail }) => ({ id, reason, detail })),
      would_be_late: fit.reduce((sum, { trial }) => sum + trial.late, 0),
      redriven_before: candidates.filter(({ kind }) => kind === 'redriven').length + sent.skipped,
      failed: sent.failed,
    };
    return c.json(answer);
  },
});

async function judge(source: ApiSource, id: string, mayBeLate: boolean): Promise<Candidate> {
  const record = await recordOf(source, id);
  if (record?.kind === 'late' && !mayBeLate) return { kind: 'failing', id, reason: 'needs_late', detail: NEEDS_LATE };
  if (record?.kind !== 'dead' && record?.kind !== 'late') {
    return { kind: 'failing', id, reason: 'not_found', detail: 'No event is kept under this id.' };
  }
  if (record.redrive !== null && noteState(record.redrive) === 'redriven') return { kind: 'redriven' };
  return judgeKept(source, id, record);
}

async function judgeKept(source: ApiSource, id: string, record: StoredSideOutput): Promise<Candidate> {
  const { plan, ports } = source;
  const stream = plan.streams.find(({ name }) => name === record.stream);
  if (stream === undefined) {
    const detail = `The pipeline has no stream '${record.stream}' any more.`;
    return { kind: 'failing', id, reason: 'no_stream', detail };
  }
  if (record.payloads.length === 0) return { kind: 'failing', id, reason: record.reason, detail: record.message };
  const trial = await tryRedrive(stream, record, ports.state, source.nowMs());
  const { counted, late, failure } = trial;
  // It would come back at once as another dead letter.
  if (counted + late === 0 && failure !== null) {
    return { kind: 'failing', id, reason: failure.reason, detail: failure.message };
  }
  return { kind: 'fit', id, trial };
}

interface Sent {
  /** Records that are in their streams: those of a batch each by itself. */
  readonly records: number;
  readonly skipped: number;
  readonly failed: RedriveAnswer['failed'];
}

const NOTHING_SENT: Sent = { records: 0, skipped: 0, failed: [] };

/** What one comes to does not keep the others from being tried. */
async function sendAll(
  redrive: DeadLetterStore['redrive'],
  fit: readonly { readonly id: string }[],
  by: string,
): Promise<Sent> {
  let [records, skipped] = [0, 0];
  const failed: RedriveAnswer['failed'] = [];
  await mapSettled(fit, CONCURRENCY, async ({ id }) => {
    try {
      const outcome = await redrive(id, { by, again: false, pace: async () => {} });
      if (outcome.outcome === 'redriven') records += outcome.puts.length;
      else if (outcome.outcome === 'skipped') skipped++;
      else failed.push({ id, reason: outcome.outcome, detail: outcome.message });
    } catch (error) {
      // A store throws only where nothing was sent.
      failed.push({ id, reason: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  });
  return { records, skipped, failed };
}
