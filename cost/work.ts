import { ASSUMED } from './assumed.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import { logsOf } from './logs.ts';
import type { ViewLooks } from './looks.ts';
import { MEASURED } from './measured.ts';
import { rowsOf, slowness, type Traffic } from './traffic.ts';

/** Functions that run in a steady month, with early looks apart from what the finalize function does else. Those that only a deployment or an accident calls are not among them. */
export const FUNCTIONS = ['aggregate', 'finalize', 'looks', 'sweep', 'bronze', 'ingest', 'api'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** What one function does in a month. */
export interface FunctionWork {
  readonly calls: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

export type Work = Readonly<Record<FunctionName, FunctionWork>>;

/** MB of the functions that no setting gives memory to. */
export const FIXED_MEMORY = { sweep: 512, bronze: 1024, ingest: 1024, api: 1024 } as const;

/** `puts`: whether commits write objects. */
export function workOf(input: CostInput, traffic: Traffic, looks: readonly ViewLooks[], puts: boolean): Work {
  const { settings, eventsPerSecond } = input;
  const { memory } = settings;
  const commits = traffic.commitsPerSecond * SECONDS_PER_MONTH;
  const events = eventsPerSecond * SECONDS_PER_MONTH;
  const requests = settings.ingest ? events / ASSUMED.eventsPerRequest : 0;
  const questions = questionsOf(input);
  const sweeps = SECONDS_PER_MONTH / 60;
  return {
    aggregate: {
      calls: commits,
      seconds: (commits * (traffic.aggregateMs + (puts ? ASSUMED.putMs : 0))) / 1000,
      memoryMb: memory,
    },
    finalize: { ...finalizeWork(input), memoryMb: memory },
    looks: {
      calls: looks.reduce((sum, each) => sum + each.looks, 0),
      seconds: looks.reduce((sum, each) => sum + each.seconds, 0),
      memoryMb: memory,
    },
    sweep: { calls: sweeps, seconds: (sweeps * ASSUMED.sweepCallMs) / 1000, memoryMb: FIXED_MEMORY.sweep },
    bronze: { ...(settings.lake ? bronzeWork(events, traffic) : IDLE), memoryMb: FIXED_MEMORY.bronze },
    ingest: { calls: requests, seconds: (requests * ASSUMED.callMs) / 1000, memoryMb: FIXED_MEMORY.ingest },
    api: { calls: questions, seconds: (questions * ASSUMED.questionMs) / 1000, memoryMb: FIXED_MEMORY.api },
  };
}

/** To the API in a month; none where there is no API. */
function questionsOf({ settings, questionsPerSecond = ASSUMED.questionsPerSecond }: CostInput): number {
  return settings.api === null && settings.page === null ? 0 : questionsPerSecond * SECONDS_PER_MONTH;
}

const IDLE = { calls: 0, seconds: 0 };

function finalizeWork(input: CostInput): Pick<FunctionWork, 'calls' | 'seconds'> {
  const made = input.pipeline.views.map((view) => rowsOf(view, input));
  const calls = made.reduce((sum, { rounds }) => sum + rounds, 0);
  const rows = made.reduce((sum, each) => sum + each.rows + each.emptyRows, 0);
  const ofLogs = logsOf(input.pipeline).map((log) => rowsOf(log, input));
  const logCalls = ofLogs.reduce((sum, { rounds }) => sum + rounds, 0);
  const handedOn = ofLogs.reduce((sum, each) => sum + each.rows, 0);
  const computeMs = MEASURED.rowMs * slowness(input.settings.memory);
  // Rows of a log are handed on together, in few segments.
  const rowsMs = rows * (ASSUMED.rowWriteMs + computeMs) + handedOn * computeMs;
  return { calls: calls + logCalls, seconds: ((calls + logCalls) * ASSUMED.finalizeCallMs + rowsMs) / 1000 };
}

/** Firehose gathers so many bytes of a shard for one call, or what has come in so much time. */
function bronzeWork(events: number, traffic: Traffic): Pick<FunctionWork, 'calls' | 'seconds'> {
  const { recordsPerSecond, recordBytes, shards } = traffic;
  const byBytes = (recordsPerSecond * recordBytes) / ASSUMED.bronzeCallBytes;
  const byTime = Math.min(shards / ASSUMED.bronzeCallSeconds, recordsPerSecond);
  const calls = Math.max(byBytes, byTime) * SECONDS_PER_MONTH;
  const records = recordsPerSecond * SECONDS_PER_MONTH;
  const micros = events * MEASURED.bronzeEventMicros + records * MEASURED.bronzeRecordMicros;
  const computing = (micros / 1e6) * slowness(FIXED_MEMORY.bronze);
  return { calls, seconds: (calls * ASSUMED.bronzeCallMs) / 1000 + computing };
}
