import { Construct } from 'constructs';
import { type BuiltPage, pagePolicy } from '../contracts/built-page.ts';
import type { ApiEndpoint } from './api-endpoint.ts';
import { type PageSignIn, pageSignIn } from './api-settings.ts';
import { PageDistribution } from './page-distribution.ts';
import { PageFiles, type PageFilesProps } from './page-files.ts';
import { SignInPool } from './user-pool.ts';

export interface LivePageProps extends Omit<PageFilesProps, 'build'> {
  readonly built: BuiltPage;
  /** That the page asks. It has no routes yet. */
  readonly endpoint: ApiEndpoint;
}

/**
 * The live page, for those who sign in:
 *
 *     browser ─► CloudFront ─┬─ /      ─► bucket of the page's files
 *        │                   └─ /api/* ─► HTTP API, which checks the token ─► API function
 *        └─► Cognito, or another provider: signs people in, and gives the page a token
 */
export class LivePage extends Construct {
  /** Null where another provider signs people in. */
  readonly pool: SignInPool | null;
  readonly files: PageFiles;
  readonly distribution: PageDistribution;
  readonly signIn: PageSignIn;

  constructor(scope: Construct, id: string, props: LivePageProps) {
    super(scope, id);
    const { settings, built, endpoint } = props;
    const existing = pageSignIn(settings.signIn);
    this.pool = existing === null ? new SignInPool(this, 'SignIn', { settings }) : null;
    this.files = new PageFiles(this, 'Files', { ...props, build: built.build });
    const tokenUrl = existing?.token ?? `${this.pool?.url}/`;
    this.distribution = new PageDistribution(this, 'Web', {
      files: this.files.bucket,
      apiDomainName: endpoint.domainName,
      policy: pagePolicy(built.scripts, [originOf(tokenUrl)]),
      domain: settings.pageDomain,
    });
    this.signIn = existing ?? (this.pool as SignInPool).letPageSignIn(this.distribution.url);
    this.files.deploy(this.signIn);
  }

  /** With a slash at its end. */
  get url(): string {
    return this.distribution.url;
  }
}

/** Of an address that may hold what only the deployment knows. */
function originOf(url: string): string {
  return url.split('/').slice(0, 3).join('/');
}
