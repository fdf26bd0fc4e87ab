import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { createApi } from '../../api/app.ts';
import { PROBLEM_TYPE } from '../../api/media-types.ts';
import { ProblemError } from '../../api/problems.ts';
import type { ApiSource } from '../../api/source.ts';
import type { Log } from '../shared/log.ts';
import { callerOf, requestOf, resultOf } from './http-event.ts';

export interface ApiDeps {
  readonly source: ApiSource;
  readonly log: Log;
  /** Of the calls to AWS. */
  readonly budget: TimeBudget;
}

export type ApiHandler = (
  request: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Kept back from the function's time, to answer. */
const MARGIN_MS = 1000;
/** What Lambda takes of an answer: 6 MB as JSON text, of which headers and quotation marks take some. */
const MAX_ANSWER_CHARACTERS = 5_500_000;

/** The API behind an HTTP API of API Gateway, whose authoriser has let the request in. There are no live events: see docs/api.md. */
export function makeHandler({ source, log, budget }: ApiDeps): ApiHandler {
  let requestId = '';
  const app = createApi({
    source: () => source,
    live: null,
    onError: (error) => log.error('A question could not be answered.', { requestId, error }),
  });
  return async (event, context) => {
    requestId = event.requestContext.requestId;
    budget.limitTo(() => context.getRemainingTimeInMillis() - MARGIN_MS);
    const caller = callerOf(event);
    if (caller === null) {
      log.error('A request came past the authoriser and was refused: deploy the stack again.', { requestId });
      return problemResult(NOT_SIGNED_IN);
    }
    const request = requestOf(event);
    if (request === null) return problemResult(UNREADABLE);
    const result = await resultOf(await app.fetch(request));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const path = new URL(request.url).pathname;
      log.info('Something was asked that changes something.', { requestId, caller, path, status: result.statusCode });
    }
    return (result.body ?? '').length > MAX_ANSWER_CHARACTERS ? problemResult(TOO_LARGE) : result;
  };
}

const NOT_SIGNED_IN = new ProblemError(
  401,
  'not_signed_in',
  'Nobody is signed in',
  'The request has no signature and no token that an authoriser has checked. Sign it, or sign in.',
);

const UNREADABLE = new ProblemError(
  400,
  'unreadable_request',
  'The request cannot be read',
  'Its method, its path or its cookies are none that a request can have. GET /api/openapi.json shows what there is to ask.',
);

const TOO_LARGE = new ProblemError(
  400,
  'answer_too_large',
  'The answer is too large',
  'The answer is larger than the 6 MB that a function can give. Ask for fewer rows with limit, and go on with the cursor.',
);

function problemResult({ problem }: ProblemError): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: { 'content-type': `${PROBLEM_TYPE}; charset=utf-8`, 'cache-control': 'no-store' },
    body: `${JSON.stringify(problem)}\n`,
  };
}
