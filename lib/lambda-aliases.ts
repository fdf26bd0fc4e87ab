import { extname, join } from 'node:path';

/** What bundles of the functions have in the place of packages that bring far more than a Lambda needs. */
export const LAMBDA_ALIASES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': adapter('lambda-credentials'),
  '@aws-sdk/endpoint-cache': adapter('no-endpoint-cache'),
  '@smithy/core/event-streams': adapter('no-event-streams'),
  'node:http2': adapter('no-http2'),
};

function adapter(name: string): string {
  return join(import.meta.dirname, `../adapters/aws/${name}${extname(import.meta.filename)}`);
}
