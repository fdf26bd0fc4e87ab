import { RemovalPolicy } from 'aws-cdk-lib';
import type { PipelineSettings } from './settings.ts';

/**
 * What becomes of data when its resource goes: it stays, unless the stack is for development or has never come up. A
 * first deployment that fails so leaves nothing behind that the next one would find in its way.
 */
export function removalPolicyOf({ dev }: PipelineSettings): RemovalPolicy {
  return dev ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
