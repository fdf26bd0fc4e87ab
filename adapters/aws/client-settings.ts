import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BudgetedHttpHandler } from './budgeted-http-handler.ts';
import { TimeBudget } from './time-budget.ts';

/**
 * How the Lambdas build their clients: one of each kind, outside the handler, so that a warm container keeps its sockets.
 *
 * Region, credentials and endpoint come from the environment, as the SDK reads it: `AWS_REGION`, `AWS_ENDPOINT_URL`, and
 * `AWS_ENDPOINT_URL_S3` and the like for one service.
 */
export interface ClientSettings {
  /** To open a connection. Default 1 second. */
  readonly connectionTimeoutMs?: number;
  /**
   * From sending a request to its last byte; then the attempt fails, and what it wrote is not known. Default 5 seconds:
   * a transaction of 4 MB takes up to about one, and a Lambda must have time left to act on the failure.
   */
  readonly requestTimeoutMs?: number;
  /** Attempts of one call, the first included. Default 4. */
  readonly maxAttempts?: number;
  /** Sockets kept open to one host. Default 64: twice what any adapter uses at the same time. */
  readonly maxSockets?: number;
  /** What all calls of an invocation share. Default: no limit. */
  readonly budget?: TimeBudget;
}

/** An operator's machine is further away from AWS than a Lambda. */
export const OPERATOR_TIMEOUTS = { connectionTimeoutMs: 5000, requestTimeoutMs: 30_000 };

/** What clients of all services are built with. */
export function commonSettings(settings: ClientSettings) {
  const { connectionTimeoutMs = 1000, requestTimeoutMs = 5000, maxAttempts = 4, maxSockets = 64 } = settings;
  const { budget = new TimeBudget() } = settings;
  return {
    maxAttempts,
    requestHandler: new BudgetedHttpHandler(
      {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: requestTimeoutMs,
        httpAgent: { keepAlive: true, maxSockets },
        httpsAgent: { keepAlive: true, maxSockets },
      },
      budget,
    ),
  };
}

type RetryStrategy = Awaited<ReturnType<DynamoDBClient['config']['retryStrategy']>>;

/**
 * Ends the SDK's pauses between attempts when the budget is spent: such a pause can take seconds, for a service may ask
 * for it. The call then fails with what its last attempt ended in.
 */
export function limitPauses<T extends { readonly config: { retryStrategy: () => Promise<RetryStrategy> } }>(
  client: T,
  { budget }: ClientSettings,
): T {
  if (budget === undefined) return client;
  const { retryStrategy } = client.config;
  let limited: RetryStrategy | undefined;
  client.config.retryStrategy = async () => {
    limited ??= limitedStrategy(await retryStrategy(), budget);
    return limited;
  };
  return client;
}

function limitedStrategy(strategy: RetryStrategy, budget: TimeBudget): RetryStrategy {
  if (!('refreshRetryTokenForRetry' in strategy)) return strategy;
  return {
    acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
    refreshRetryTokenForRetry: (token, info) => budget.wait(strategy.refreshRetryTokenForRetry(token, info)),
    recordSuccess: (token) => strategy.recordSuccess(token),
  };
}
