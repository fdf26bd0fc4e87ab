import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { BUILT_PAGE } from '../contracts/built-page-folder.ts';
import type { PageSignInConfig } from '../contracts/page-sign-in.ts';
import type { PageSignIn } from './api-settings.ts';
import { explain } from './nag.ts';
import { PipelineFunction, type PipelineFunctionProps } from './pipeline-function.ts';

export interface PageFilesProps
  extends Pick<PipelineFunctionProps, 'pipelineCode' | 'settings' | 'encryptionKey' | 'variables'> {
  /** Changes with the files. */
  readonly build: string;
}

/**
 * The bucket of the live page, and the function that puts its files there. They are the same for everybody, hold nothing of
 * the pipeline, and come again with the next deployment: so the bucket has S3's own key, and goes with the stack.
 */
export class PageFiles extends PipelineFunction {
  readonly bucket: Bucket;
  readonly #build: string;

  constructor(scope: Construct, id: string, props: PageFilesProps) {
    const bucket = new Bucket(scope, `${id}Bucket`, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      ...props,
      lambda: 'page',
      files: BUILT_PAGE,
      variables: { pageBucket: bucket.bucketName },
      needs: ['pageBucket'],
      description: 'Streamgauge: puts the files of the live page into their bucket.',
      memory: 512,
      timeout: TIMEOUT,
      keyActions: [],
    });
    this.bucket = bucket;
    this.#build = props.build;
    explain(
      bucket,
      'AwsSolutions-S1',
      'The files are public knowledge. Who asks for data is in the access log of the API.',
    );
    this.allow(['s3:PutObject', 's3:DeleteObject'], [bucket.arnForObjects('*')]);
    this.allow(['s3:ListBucket'], [bucket.bucketArn]);
    explain(
      this.role,
      'AwsSolutions-IAM5',
      'All that the bucket holds is files of the page, which this function alone writes and removes.',
      /^Resource::<.*FilesBucket.*>\/\*$/,
    );
  }

  /** Puts them there, with how the page signs people in, whenever one of them has changed. */
  deploy({ authorize, token, client, scope = 'openid', sends = 'access' }: PageSignIn): void {
    const signIn: PageSignInConfig = { authorize, token, client, scope, sends };
    const files = new CustomResource(this, 'Deployed', {
      resourceType: 'Custom::StreamgaugePage',
      serviceToken: this.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Build: this.#build, SignIn: this.fn.stack.toJsonString(signIn) },
    });
    files.node.addDependency(this.role, this.bucket);
  }
}

const TIMEOUT = Duration.minutes(2);
