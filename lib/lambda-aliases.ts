import { extname, join } from 'node:path';

/** What bundles of the functions have in the place of packages that bring far more than a Lambda needs. */
export const LAMBDA_ALIASES: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': join(
    import.meta.dirname,
    `../adapters/aws/lambda-credentials${extname(import.meta.filename)}`,
  ),
};
