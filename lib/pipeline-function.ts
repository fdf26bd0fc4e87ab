import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { VARIABLES, type Variable } from '../contracts/environment.ts';
import { functionCode, type PipelineCode } from './function-code.ts';
import { letIntoNetwork, putIntoNetwork } from './function-network.ts';
import { createLogGroup } from './log-group.ts';
import { explain } from './nag.ts';
import type { PipelineSettings } from './settings.ts';

export interface PipelineFunctionProps {
  /** The folder in `lambdas/`. */
  readonly lambda:
    | 'aggregate'
    | 'finalize'
    | 'sweep'
    | 'discard'
    | 'definitions'
    | 'ingest'
    | 'bronze'
    | 'api'
    | 'page';
  readonly description: string;
  /** A folder that lies beside the code, as `files`. Default: none. */
  readonly files?: string;
  /** What `#pipeline` stands for in the bundle. */
  readonly pipelineCode: PipelineCode;
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
  /** What it does with a customer's key. Default: all that reading and writing take. */
  readonly keyActions?: readonly string[];
  readonly memory: number;
  readonly timeout: Duration;
  /** All that functions of the pipeline can be told; null or missing is what it does not have. */
  readonly variables: Variables;
  /** What this one is told of them. */
  readonly needs: readonly Variable[];
  readonly functionName?: string;
  /** Null: what the account has. */
  readonly reservedConcurrency?: number | null;
  /** Default: Lambda ends a chain of calls that wake each other after 16. */
  readonly recursiveLoop?: RecursiveLoop;
}

export type Variables = Readonly<Partial<Record<Variable, string | null>>>;

/** A Lambda with a role of its own that may write its own logs and nothing else, until `allow` says more. */
export class PipelineFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly memoryMb: number;
  readonly #encryptionKey: IKey | null;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { settings, encryptionKey } = props;
    this.memoryMb = props.memory;
    this.#encryptionKey = encryptionKey;
    this.logGroup = createLogGroup(this, 'Logs', settings, encryptionKey);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]);
    if (encryptionKey !== null) {
      this.allow([...(props.keyActions ?? KEY_ACTIONS), ENVIRONMENT_KEY_ACTION], [encryptionKey.keyArn]);
    }
    if (settings.vpc !== null) letIntoNetwork(this.role);
    const release = settings.release === null ? '' : ` Release ${settings.release}.`;
    this.fn = new LambdaFunction(this, 'Function', {
      ...(props.functionName === undefined ? {} : { functionName: props.functionName }),
      ...(props.reservedConcurrency == null ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.recursiveLoop === undefined ? {} : { recursiveLoop: props.recursiveLoop }),
      description: props.description + release,
      code: functionCode(props.lambda, props.pipelineCode, props.files ?? null),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: environmentOf(props),
      ...(encryptionKey !== null && { environmentEncryption: encryptionKey }),
    });
    if (settings.vpc !== null) putIntoNetwork(this.fn, settings.vpc);
    if (settings.tracing) {
      explain(this.role, 'AwsSolutions-IAM5', 'X-Ray takes traces of no resource in particular.', /^Resource::\*$/);
    }
  }

  /**
   * Lets the function use the keys of streams that were there before the stack. The key of the pipeline is none of
   * them: what the function does with that, its role has said already.
   */
  allowStreamKeys(actions: readonly string[], streams: Iterable<IStream>): void {
    for (const { encryptionKey } of streams) {
      if (encryptionKey === undefined || encryptionKey.keyArn === this.#encryptionKey?.keyArn) continue;
      this.allow(actions, [encryptionKey.keyArn]);
    }
  }

  /** Exact actions on exact resources. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}

/** Lambda decrypts a function's environment in the name of its role. */
const ENVIRONMENT_KEY_ACTION = 'kms:Decrypt';

function environmentOf({ variables, needs }: PipelineFunctionProps): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of needs) {
    const value = variables[name] ?? null;
    if (value !== null) environment[VARIABLES[name]] = value;
  }
  return environment;
}

/** What streams, tables, queues and the bucket do with a customer's key in the name of whoever uses them. */
const KEY_ACTIONS = ['kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
