import type { Problem } from '../api/schemas/common.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** The API refused a question, or failed at it. The message says what was found and what to do. */
export class ApiError extends StreamgaugeError {
  override readonly name = 'ApiError';
  /** The problem's code, such as `not_found`, `bad_parameter`, `not_allowed`. Programs compare it. */
  readonly code: string;
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
  }
}

/** There was no answer, or one that the API did not write, as of a proxy or of a page for sign-in. */
export class ConnectionError extends StreamgaugeError {
  override readonly name = 'ConnectionError';
  readonly code = 'connection';
  /** Null where there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
