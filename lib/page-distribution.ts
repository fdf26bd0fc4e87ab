import { Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PageDomain } from './api-settings.ts';
import { explain } from './nag.ts';
import { uniqueName } from './names.ts';

export interface PageDistributionProps {
  readonly files: Bucket;
  /** The name of the API in DNS. */
  readonly apiDomainName: string;
  /** The page's Content-Security-Policy. */
  readonly policy: string;
  readonly domain: PageDomain | null;
}

/** CloudFront takes 64 characters, of which the region has up to 16. */
const NAME_LENGTH = 47;

/**
 * One address for the page and its API: `/api` goes to the API, with whatever the caller sends, and is never kept; all else
 * are files of the private bucket. So the page asks its own origin, and CORS stays closed.
 */
export class PageDistribution extends Construct {
  readonly distribution: Distribution;
  /** With a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { files, apiDomainName, policy, domain }: PageDistributionProps) {
    super(scope, id);
    // CloudFront's names are of all regions together, and stacks of one name may be in several.
    const name = `${uniqueName(this, NAME_LENGTH)}-${Stack.of(this).region}`;
    const responseHeadersPolicy = new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: name,
      comment: 'Streamgauge: what browsers may do with the live page.',
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
    });
    const api: BehaviorOptions = {
      origin: new HttpOrigin(apiDomainName, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      responseHeadersPolicy,
    };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Streamgauge: the live page and its API.',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(files as IBucket, {
          originAccessControl: new S3OriginAccessControl(this, 'Access', { originAccessControlName: name }),
        }),
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy,
      },
      additionalBehaviors: { api, 'api/*': api },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain !== null && {
        domainNames: [domain.name],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificate),
      }),
    });
    this.url = `https://${domain?.name ?? this.distribution.distributionDomainName}/`;
    this.#explain(domain);
  }

  #explain(domain: PageDomain | null): void {
    const { distribution } = this;
    explain(distribution, 'AwsSolutions-CFR1', 'Who may see the page is asked for a sign-in, wherever they are.');
    explain(
      distribution,
      'AwsSolutions-CFR2',
      'The files are static, and the API takes signed-in requests alone, so many a second. A firewall costs 5 dollars a month; attach one if you have it.',
    );
    explain(
      distribution,
      'AwsSolutions-CFR3',
      'The files are the same for everybody. Who asks for data is in the access log of the API.',
    );
    if (domain !== null) return;
    explain(
      distribution,
      'AwsSolutions-CFR4',
      "Under CloudFront's own name CloudFront chooses the protocols. With a name of your own, the setting pageDomain, it is TLS 1.2 or later.",
    );
  }
}
