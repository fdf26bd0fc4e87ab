import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import { SideOutputIdError } from '../engine/ports/dead-letter-store.ts';
import { BadQueryError } from '../engine/query/errors.ts';
import { SqlError } from '../engine/sql/errors.ts';
import type { Problem } from './schemas/common.ts';

/** A request that has no answer. Each becomes a problem of RFC 9457. */
export class ProblemError extends StreamgaugeError {
  override readonly name = 'ProblemError';
  readonly code = 'apiProblem';
  readonly problem: Problem;

  constructor(status: number, code: string, title: string, detail: string, parameter?: string) {
    const brief = withoutLongTexts(detail);
    super(brief);
    const type = `https://streamgauge.dev/problems/${code}`;
    const named = parameter === undefined ? {} : { parameter: parameter.slice(0, QUOTED) };
    this.problem = { type, title: withoutLongTexts(title), status, detail: brief, code, ...named };
  }
}

/** Of what a caller sent, so much is said back. */
const QUOTED = 200;
const MOST = 2000;

/** A sentence in which what is quoted is cut, so that what to do about it is still there; and all of it, where nothing is quoted. */
function withoutLongTexts(text: string): string {
  const brief = text.length <= QUOTED ? text : text.replaceAll(/'([^']{200})[^']+'/g, "'$1…'");
  return brief.length <= MOST ? brief : `${brief.slice(0, MOST)}…`;
}

export function notFound(detail: string): ProblemError {
  return new ProblemError(404, 'not_found', 'There is nothing here', detail);
}

export function badParameter(name: string, detail: string): ProblemError {
  return new ProblemError(400, 'bad_parameter', `The parameter ${name} is wrong`, detail, name);
}

/** What callers cannot change: whoever runs the server is told. */
export function isOurs(error: unknown): boolean {
  return !(error instanceof ProblemError || isUnanswerable(error));
}

/** The question itself has no answer, such as that for SQL where there is none. */
function isUnanswerable(error: unknown): error is Error {
  return error instanceof BadQueryError || error instanceof SideOutputIdError || error instanceof SqlError;
}

/** A caller's mistake says what to write instead; ours says no more than that it was ours. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isUnanswerable(error)) {
    return new ProblemError(400, 'bad_query', 'The question cannot be answered as it is asked', error.message).problem;
  }
  return new ProblemError(
    500,
    'failed',
    'The question could not be answered',
    'The server failed at it, and its log says why. Ask again; if it fails again, look at the log.',
  ).problem;
}
