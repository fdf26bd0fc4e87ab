import { Match, type Template } from 'aws-cdk-lib/assertions';
import { readBuiltPage } from '../../contracts/built-page.ts';
import { BUILT_PAGE } from '../../contracts/built-page-folder.ts';
import type { PipelineSettings } from '../../lib/settings.ts';
import { statementsOf, templateOf } from './support.ts';

const PROVIDER = {
  issuer: 'https://login.example.com',
  audience: ['analytics'],
  client: 'page-client',
  authorize: 'https://login.example.com/authorize',
  token: 'https://tokens.example.com/token',
};
const IAM: Partial<PipelineSettings> = { api: 'iam' };
const JWT: Partial<PipelineSettings> = { api: 'jwt', signIn: { issuer: PROVIDER.issuer, audience: ['analytics'] } };
const COGNITO: Partial<PipelineSettings> = { page: 'cognito' };
const OIDC: Partial<PipelineSettings> = { page: 'oidc', signIn: PROVIDER, api: 'iam' };
const ALL = [IAM, JWT, COGNITO, OIDC];

const any = Match.anyValue();

function propertiesOf(template: Template, type: string): Readonly<Record<string, unknown>>[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

test('without the settings there is neither API nor page', () => {
  const template = templateOf();
  for (const type of ['AWS::ApiGatewayV2::Api', 'AWS::CloudFront::Distribution', 'AWS::Cognito::UserPool']) {
    template.resourceCountIs(type, 0);
  }
});

describe('nobody gets in without a signature or a token:', () => {
  test.each(ALL)('each route of each endpoint has an authoriser, with %j', (settings) => {
    const template = templateOf(settings);
    const routes = propertiesOf(template, 'AWS::ApiGatewayV2::Route');
    expect(routes.length).toBe(2 * propertiesOf(template, 'AWS::ApiGatewayV2::Api').length);
    for (const { AuthorizationType, AuthorizerId, RouteKey } of routes) {
      expect(['ANY /api', 'ANY /api/{proxy+}']).toContain(RouteKey);
      expect(['AWS_IAM', 'JWT']).toContain(AuthorizationType);
      if (AuthorizationType === 'JWT') expect(AuthorizerId).toBeDefined();
    }
  });

  test.each(ALL)('there is no URL of a function, no CORS, and only API Gateway may call it, with %j', (settings) => {
    const template = templateOf(settings);
    template.resourceCountIs('AWS::Lambda::Url', 0);
    for (const { CorsConfiguration } of propertiesOf(template, 'AWS::ApiGatewayV2::Api')) {
      expect(CorsConfiguration).toBeUndefined();
    }
    const callers = Object.values(template.findResources('AWS::Lambda::Permission')).filter(({ Properties }) =>
      JSON.stringify(Properties.FunctionName).includes('ApiHandler'),
    );
    expect(callers.length).toBeGreaterThan(0);
    for (const { Properties } of callers) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('/api');
    }
  });

  test('tokens are those of the issuer and the audience of the setting', () => {
    templateOf(JWT).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['analytics'] },
    });
  });

  test('tokens for the page are those that its own user pool gives to it', () => {
    templateOf(COGNITO).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: {
        Issuer: { 'Fn::GetAtt': [Match.stringLikeRegexp('SignInPool'), 'ProviderURL'] },
        Audience: [{ Ref: Match.stringLikeRegexp('PoolPage') }],
      },
    });
  });

  test('the user pool takes nobody who was not invited, and asks everybody for a second factor', () => {
    templateOf(COGNITO).hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
    templateOf(COGNITO).hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      AllowedOAuthScopes: ['openid'],
    });
  });
});

test('endpoints have a limit of requests, and a log of who asked', () => {
  const template = templateOf({ ...OIDC, apiRequestsPerSecond: 7 });
  const stages = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
  expect(stages).toHaveLength(2);
  for (const { DefaultRouteSettings } of stages) {
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 14 });
  }
  const logged = stages.map(({ AccessLogSettings }) => JSON.parse((AccessLogSettings as { Format: string }).Format));
  expect(logged.map(({ caller }) => caller)).toEqual(['$context.identity.userArn', '$context.authorizer.claims.sub']);
});

describe('the function', () => {
  const READS = [
    'logs:CreateLogStream logs:PutLogEvents on ApiHandlerLogs',
    'dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query on ResultsTable',
    'dynamodb:Query on ResultsTable/index/byWindow',
    'dynamodb:DescribeTable dynamodb:GetItem dynamodb:Query on StateTable',
    's3:GetObject on PagesBucket/pages/*, SideOutputsBucket/*',
    's3:ListBucket on PagesBucket, SideOutputsBucket',
  ];

  test('reads, and nothing else', () => {
    expect(statementsOf(templateOf(IAM), 'ApiHandler').sort()).toEqual([...READS].sort());
    expect(statementsOf(templateOf({ ...IAM, key: 'customer' }), 'ApiHandler')).toContain(
      'kms:Decrypt kms:DescribeKey on Key',
    );
  });

  test('writes acknowledgements alone where it may acknowledge', () => {
    const template = templateOf({ ...IAM, apiAllows: 'acknowledge' });
    const more = statementsOf(template, 'ApiHandler').filter((each) => !READS.includes(each));
    expect(more).toEqual(['dynamodb:BatchWriteItem dynamodb:PutItem on StateTable']);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem'],
            Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['acknowledgements'] } },
          }),
        ]),
      },
    });
  });

  test('puts records back and notes that it did where it may redrive', () => {
    const more = statementsOf(templateOf({ ...IAM, apiAllows: 'redrive' }), 'ApiHandler').filter(
      (each) => !READS.includes(each),
    );
    expect(more.sort()).toEqual([
      'dynamodb:BatchWriteItem dynamodb:PutItem on StateTable',
      'kinesis:PutRecord on StreamclicksStream',
      's3:PutObject on SideOutputsBucket/redriven/*',
    ]);
  });

  test('is told what the settings say, and has its share of the calls', () => {
    templateOf({ ...COGNITO, apiAllows: 'redrive', apiOpenWindows: true, apiConcurrency: 3 }).hasResourceProperties(
      'AWS::Lambda::Function',
      {
        Description: 'Streamgauge: answers questions about the pipeline.',
        Timeout: 15,
        ReservedConcurrentExecutions: 3,
        Environment: {
          Variables: Match.objectLike({
            STREAMGAUGE_API_ALLOWS: 'redrive',
            STREAMGAUGE_API_OPEN_WINDOWS: 'true',
            STREAMGAUGE_PAGE_BUILD: readBuiltPage(BUILT_PAGE)?.build,
          }),
        },
      },
    );
  });

  test('gets no new code from a deployment that is refused', () => {
    const [fn] = Object.values(
      templateOf(IAM).findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Streamgauge: answers questions about the pipeline.' },
      }),
    );
    expect(fn?.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^PipelineDefinitionsViews/)]));
  });
});

test('a policy lets callers sign, and ask this API alone', () => {
  templateOf(IAM).hasResourceProperties('AWS::IAM::ManagedPolicy', {
    Description: 'Streamgauge: ask the API of a pipeline.',
    PolicyDocument: { Statement: [Match.objectLike({ Action: 'execute-api:Invoke', Resource: [any, any] })] },
  });
});

describe('the page', () => {
  test.each([COGNITO, OIDC])('lies in a private bucket that only its distribution reads, with %j', (settings) => {
    const template = templateOf(settings);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        DefaultRootObject: 'index.html',
        DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: 'redirect-to-https' }),
        Origins: Match.arrayWith([Match.objectLike({ OriginAccessControlId: any })]),
      }),
    });
    const buckets = Object.entries(template.findResources('AWS::S3::Bucket'));
    const [, bucket] = buckets.find(([id]) => id.startsWith('PipelineApiPageFilesBucket')) ?? [];
    expect(bucket?.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const policies = Object.entries(template.findResources('AWS::S3::BucketPolicy'));
    const [, policy] = policies.find(([id]) => id.startsWith('PipelineApiPageFilesBucket')) ?? [];
    const statements: readonly { Effect: string }[] = policy?.Properties.PolicyDocument.Statement ?? [];
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      }),
    ]);
  });

  test('has its API at the same address, which nobody keeps, with whatever the caller sends', () => {
    templateOf(COGNITO).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        CacheBehaviors: ['api', 'api/*'].map((PathPattern) =>
          Match.objectLike({
            PathPattern,
            ViewerProtocolPolicy: 'https-only',
            AllowedMethods: Match.arrayWith(['GET', 'HEAD', 'POST', 'DELETE']),
            // Managed-CachingDisabled and Managed-AllViewerExceptHostHeader.
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          }),
        ),
      }),
    });
  });

  test('has names that stacks of other regions do not have, for CloudFront has one list of all', () => {
    const named = { 'Fn::Join': ['', [expect.stringMatching(/^[\w-]{1,48}$/), { Ref: 'AWS::Region' }]] };
    const [access] = propertiesOf(templateOf(COGNITO), 'AWS::CloudFront::OriginAccessControl');
    expect(access).toMatchObject({ OriginAccessControlConfig: { Name: named } });
    const [headers] = propertiesOf(templateOf(COGNITO), 'AWS::CloudFront::ResponseHeadersPolicy');
    expect(headers).toMatchObject({ ResponseHeadersPolicyConfig: { Name: named } });
  });

  test('has the policy that it has on one machine, and may ask its provider beside', () => {
    const [headers] = propertiesOf(templateOf(OIDC), 'AWS::CloudFront::ResponseHeadersPolicy') as {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: Record<string, Record<string, unknown>>;
      };
    }[];
    const security = headers?.ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    const policy = String(security?.ContentSecurityPolicy?.ContentSecurityPolicy);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src 'self' 'sha256-[\w+/=]+'$/),
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self' https://tokens.example.com",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(security?.StrictTransportSecurity).toMatchObject({ AccessControlMaxAgeSec: 31_536_000 });
  });

  test('may ask the pages of its user pool', () => {
    const [headers] = propertiesOf(templateOf(COGNITO), 'AWS::CloudFront::ResponseHeadersPolicy');
    const parts = JSON.stringify(headers);
    expect(parts).toMatch(/connect-src 'self' https:\/\/[a-z0-9-]+-/);
    expect(parts).toContain('.amazoncognito.com; base-uri');
  });

  test('is told how it signs people in, and gets its files again when they change', () => {
    const page = readBuiltPage(BUILT_PAGE);
    templateOf(OIDC).hasResourceProperties('Custom::StreamgaugePage', {
      Build: page?.build,
      SignIn: JSON.stringify({
        authorize: 'https://login.example.com/authorize',
        token: 'https://tokens.example.com/token',
        client: 'page-client',
        scope: 'openid',
        sends: 'access',
      }),
    });
    expect(statementsOf(templateOf(OIDC), 'ApiPageFiles')).toEqual([
      'logs:CreateLogStream logs:PutLogEvents on ApiPageFilesLogs',
      's3:DeleteObject s3:PutObject on ApiPageFilesBucket/*',
      's3:ListBucket on ApiPageFilesBucket',
    ]);
  });

  test('under a name of its own takes TLS 1.2 or later', () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
    const template = templateOf({ ...COGNITO, pageDomain: { name: 'live.example.com', certificate } });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: ['live.example.com'],
        ViewerCertificate: Match.objectLike({
          AcmCertificateArn: certificate,
          MinimumProtocolVersion: 'TLSv1.2_2021',
        }),
      }),
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', { CallbackURLs: ['https://live.example.com/'] });
    template.hasOutput('PageUrl', { Value: 'https://live.example.com/' });
  });
});

test('outputs say where the API and the page are', () => {
  const names = (settings: Partial<PipelineSettings>) =>
    Object.keys(templateOf(settings).toJSON().Outputs).filter((name) => /^(Api|Page|UserPool)/.test(name));
  expect(names(IAM)).toEqual(['ApiUrl', 'ApiPolicyArn', 'ApiFunctionName', 'PagesBucketName']);
  expect(names(COGNITO)).toEqual(['ApiTokenUrl', 'ApiFunctionName', 'PageUrl', 'UserPoolId', 'PagesBucketName']);
});
