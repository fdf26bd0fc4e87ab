import { Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { API_TIMEOUT, type ApiFunction } from './api-function.ts';
import { addStage, STAGE } from './http-stage.ts';
import { createLogGroup } from './log-group.ts';
import type { PipelineSettings } from './settings.ts';

export interface ApiEndpointProps {
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
  readonly function: ApiFunction;
  readonly signedBy: 'iam' | 'jwt';
}

/** Whose tokens an endpoint takes. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
}

/**
 * An HTTP API in front of the function. It has no route until its callers are known: each of its routes has an authoriser.
 * There are no CORS headers.
 */
export class ApiEndpoint extends Construct {
  readonly api: HttpApi;
  readonly accessLog: LogGroup;
  readonly #integration: HttpLambdaIntegration;

  constructor(scope: Construct, id: string, props: ApiEndpointProps) {
    super(scope, id);
    const { settings, encryptionKey, signedBy } = props;
    this.accessLog = createLogGroup(this, 'AccessLog', settings, encryptionKey);
    this.api = new HttpApi(this, 'Api', {
      description: 'Streamgauge: answers questions about the pipeline.',
      createDefaultStage: false,
    });
    this.#integration = new HttpLambdaIntegration('Questions', props.function.fn, {
      timeout: API_TIMEOUT.plus(Duration.seconds(1)),
    });
    addStage(this, {
      api: this.api,
      requestsPerSecond: settings.apiRequestsPerSecond,
      accessLog: this.accessLog,
      caller: signedBy === 'iam' ? '$context.identity.userArn' : '$context.authorizer.claims.sub',
    });
  }

  /** For roles and users that sign (SigV4) and may invoke it: `ApiPolicy` lets them. */
  letSignersIn(): void {
    this.#addRoutes(new HttpIamAuthorizer());
  }

  /** For those with a token: API Gateway checks its signature, issuer, audience and time. */
  letTokensIn({ issuer, audience }: TokenIssuer): void {
    this.#addRoutes(new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [...audience] }));
  }

  #addRoutes(authorizer: IHttpRouteAuthorizer): void {
    for (const path of PATHS) {
      this.api.addRoutes({ path, methods: [HttpMethod.ANY], authorizer, integration: this.#integration });
    }
  }

  /** Where the API is, without a slash at its end and without `/api`. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** Its name in DNS. */
  get domainName(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** The resources in a policy that lets somebody ask. */
  get routeArns(): readonly string[] {
    return PATHS.map((path) => this.api.arnForExecuteApi('*', path.replace('{proxy+}', '*'), STAGE));
  }
}

const PATHS = ['/api', '/api/{proxy+}'] as const;
