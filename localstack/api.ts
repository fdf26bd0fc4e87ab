import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Client, createClient } from '../client/index.ts';
import type { Pipeline } from '../engine/dsl/pipeline.ts';
import type { ViewPlan } from '../engine/plan/plan.ts';
import type { OracleRow } from '../test/oracle/duckdb.ts';
import { SIGNED, throughHttpApi } from '../test/support/http-api.ts';
import type { DeployedPipeline } from './cloud.ts';
import type { CloudEndpoint } from './endpoint.ts';
import { LocalCloudError } from './errors.ts';

/** An endpoint on a busy machine may take long to start a function. */
const TIMEOUT_MS = 120_000;

/**
 * Asks the deployed API, as somebody who has signed. Its function is called as API Gateway would call it, for not every endpoint has
 * HTTP APIs that can be reached.
 */
export function askApi(endpoint: CloudEndpoint, deployed: DeployedPipeline): (request: Request) => Promise<Response> {
  const name = deployed.output('ApiFunctionName');
  const ask = throughHttpApi((event) => invoke(endpoint, name, event), SIGNED);
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const response = await ask(request.clone());
      if (response.status !== TOOK_TOO_LONG || attempt === ATTEMPTS) return response;
    }
  };
}

/** The typed client, over `askApi`. */
export function apiClient(endpoint: CloudEndpoint, deployed: DeployedPipeline): Client<Pipeline> {
  return createClient<Pipeline>({ url: 'https://api.local', fetch: askApi(endpoint, deployed) });
}

/** All rows of a view as the API tells them, page by page. */
export async function apiRows(view: ViewPlan, client: Client<Pipeline>): Promise<readonly OracleRow[]> {
  const rows: OracleRow[] = [];
  for await (const row of client.view(view.name as never).rows({ open: false, limit: PAGE_ROWS } as never)) {
    rows.push(row as OracleRow);
  }
  return rows;
}

/** A question has ten seconds, which are few for an endpoint that is a hundred times slower than AWS. */
const TOOK_TOO_LONG = 504;
const ATTEMPTS = 10;

/** What API Gateway's place answers somebody who signs nothing. */
export async function unsignedStatus({ url }: CloudEndpoint, deployed: DeployedPipeline): Promise<number> {
  const { hostname, port } = new URL(url);
  const { host } = new URL(deployed.output('ApiUrl'));
  return new Promise((resolve, reject) => {
    // The names of APIs resolve to nothing here: they stand in the Host header alone.
    const asked = httpRequest({ hostname, port, path: '/api/pipeline', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** Small enough that there are several pages. */
const PAGE_ROWS = 200;

async function invoke({ url }: CloudEndpoint, name: string, event: object): Promise<APIGatewayProxyStructuredResultV2> {
  const response = await fetch(`${url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
    method: 'POST',
    // Endpoints check no signature; they read the service and the region from it.
    headers: { Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request` },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.ok && !response.headers.has('x-amz-function-error')) {
    return JSON.parse(text) as APIGatewayProxyStructuredResultV2;
  }
  throw new LocalCloudError(`The function of the API answered ${response.status}: ${text.slice(0, 500)}`);
}
