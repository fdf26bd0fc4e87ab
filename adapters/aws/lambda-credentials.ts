import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/**
 * Credentials of a Lambda, which its environment always has. Bundles of the functions have this in the place of
 * `@aws-sdk/credential-provider-node`, whose other sources (profiles, single sign-on, web identities, instances) bring
 * clients of their own, which every cold start would read.
 */
export function defaultProvider() {
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (!accessKeyId || !secretAccessKey) throw new LambdaCredentialsError();
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
}

/** They last as long as the container does. */
export function credentialsWillNeedRefresh(): boolean {
  return false;
}

export function credentialsTreatedAsExpired(): boolean {
  return false;
}

export class LambdaCredentialsError extends StreamgaugeError {
  override readonly name = 'LambdaCredentialsError';
  readonly code = 'lambdaCredentials';

  constructor() {
    super(
      'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. Lambda sets them: run the function there, or set them where you run it.',
    );
  }
}
