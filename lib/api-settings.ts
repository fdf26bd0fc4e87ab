import { API_ACCESS, type ApiAccess, isApiAccess } from '../contracts/api-access.ts';
import { isRecord, matches } from './setting-checks.ts';
import { SettingsError, wrongSetting as wrong } from './settings-error.ts';

/** Who signs callers of the API in: an OpenID Connect provider that is there already. */
export interface SignInSettings {
  /** As the provider's tokens and its `/.well-known/openid-configuration` say it. */
  readonly issuer: string;
  /** What tokens for this API have as `aud`, or as `client_id`. */
  readonly audience: readonly string[];
  /** Of the page, which signs people in: its id at the provider, a public client with PKCE, and two of its addresses. */
  readonly client?: string;
  readonly authorize?: string;
  readonly token?: string;
  /** What the page asks for. Default: `openid`. */
  readonly scope?: string;
  /** Which token the page sends: `access`, or `id` where the provider's access tokens are no JWTs. Default: `access`. */
  readonly sends?: 'access' | 'id';
}

/** What the page needs to know of a provider. */
export type PageSignIn = SignInSettings & Required<Pick<SignInSettings, 'client' | 'authorize' | 'token'>>;

/** A name of your own for the page, with the certificate of it, in us-east-1. */
export interface PageDomain {
  readonly name: string;
  readonly certificate: string;
}

/** The settings of the query API and of the page. */
export interface ApiSettings {
  /** `iam`: the API for signed requests; `jwt`: for those with a token of `signIn`. Not set: none. [The API on AWS](docs/api.md#on-aws). */
  readonly api: 'iam' | 'jwt' | null;
  /** What callers may do: `read`, `acknowledge` incidents too, or `redrive` dead letters too. */
  readonly apiAllows: ApiAccess;
  /** `true`: the overview, and so the page, shows open windows. They are read from all segments of their panes. */
  readonly apiOpenWindows: boolean;
  /** Requests a second that an endpoint of the API takes from all callers together; twice as many at once. */
  readonly apiRequestsPerSecond: number;
  /** Calls of the API at the same time at most, kept free for it. Not set: it shares those of the account. */
  readonly apiConcurrency: number | null;
  /** Who signs people in to the live page: `cognito`, a user pool that the stack makes, or `oidc`, the provider of `signIn`. Not set: no page. [The page on AWS](docs/api.md#the-page-on-aws). */
  readonly page: 'cognito' | 'oidc' | null;
  /** JSON of an OpenID Connect provider, for `api=jwt` and `page=oidc`: [Tokens](docs/api.md#tokens). */
  readonly signIn: SignInSettings | null;
  /** JSON of a domain of yours for the page and of its certificate in us-east-1: `{"name","certificate"}`. Not set: CloudFront's own. */
  readonly pageDomain: PageDomain | null;
}

const HTTPS_URL = /^https:\/\/[\w.-]+(:\d{1,5})?(\/[\w./~%-]*)?$/;
const NAME = /^[\x21-\x7e]{1,256}$/;
const SCOPE = /^[\x20-\x7e]{1,256}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** CloudFront takes certificates of no other region. */
const CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/;
const PAGE_PARTS = ['client', 'authorize', 'token'] as const;

/** @throws SettingsError */
export function checkApi(settings: ApiSettings): void {
  const { api, apiAllows, page, signIn, pageDomain } = settings;
  if (api !== null && api !== 'iam' && api !== 'jwt') throw wrong('api', api, "'iam' or 'jwt'");
  if (!isApiAccess(apiAllows)) throw wrong('apiAllows', apiAllows, `one of ${API_ACCESS.join(', ')}`);
  if (page !== null && page !== 'cognito' && page !== 'oidc') throw wrong('page', page, "'cognito' or 'oidc'");
  if (signIn !== null && !isSignIn(signIn)) {
    throw wrong(
      'signIn',
      signIn,
      'JSON of a provider, such as {"issuer":"https://login.example.com","audience":["analytics"]}, for the page also with "client", "authorize" and "token"',
    );
  }
  if (pageDomain !== null && !isPageDomain(pageDomain)) {
    throw wrong(
      'pageDomain',
      pageDomain,
      'JSON of a domain and its certificate in us-east-1, such as {"name":"live.example.com","certificate":"arn:aws:acm:us-east-1:123456789012:certificate/0a1b"}',
    );
  }
  checkTogether(settings);
}

function checkTogether({ api, page, signIn, pageDomain }: ApiSettings): void {
  if (page === 'cognito' && signIn !== null) {
    throw new SettingsError(
      "The setting 'page' is 'cognito', whose user pool the stack makes, and 'signIn' names a provider. Leave signIn out, or set page to 'oidc'.",
    );
  }
  if (page === 'oidc' && pageSignIn(signIn) === null) {
    throw new SettingsError(
      `The setting 'page' is 'oidc', and 'signIn' must name the provider with ${PAGE_PARTS.join(', ')} as well as issuer and audience.`,
    );
  }
  if (api === 'jwt' && page === null && signIn === null) {
    throw new SettingsError(
      "The setting 'api' is 'jwt', and nothing says whose tokens it takes: set 'signIn' to the issuer and the audience.",
    );
  }
  if (signIn !== null && api !== 'jwt' && page !== 'oidc') {
    throw new SettingsError(
      "The setting 'signIn' names a provider that nobody asks: set 'api' to 'jwt' or 'page' to 'oidc', or leave it out.",
    );
  }
  if (pageDomain !== null && page === null) {
    throw new SettingsError("The setting 'pageDomain' is of a page, and there is none: set 'page', or leave it out.");
  }
}

/** Null where the page cannot sign anybody in with it. */
export function pageSignIn(signIn: SignInSettings | null): PageSignIn | null {
  if (signIn === null) return null;
  const { client, authorize, token } = signIn;
  if (client === undefined || authorize === undefined || token === undefined) return null;
  return { ...signIn, client, authorize, token };
}

const PARTS: Readonly<Record<keyof SignInSettings, (value: unknown) => boolean>> = {
  issuer: (value) => matches(HTTPS_URL, value),
  audience: (value) => Array.isArray(value) && value.length > 0 && value.every((each) => matches(NAME, each)),
  client: (value) => matches(NAME, value),
  authorize: (value) => matches(HTTPS_URL, value),
  token: (value) => matches(HTTPS_URL, value),
  scope: (value) => matches(SCOPE, value) && value.split(' ').includes('openid'),
  sends: (value) => value === 'access' || value === 'id',
};

function isSignIn(value: unknown): boolean {
  if (!isRecord(value) || value.issuer === undefined || value.audience === undefined) return false;
  return Object.entries(value).every(([name, part]) => Object.hasOwn(PARTS, name) && PARTS[name as 'issuer'](part));
}

function isPageDomain(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 2) return false;
  return matches(DOMAIN, value.name) && matches(CERTIFICATE, value.certificate);
}
