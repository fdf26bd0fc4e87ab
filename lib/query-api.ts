import { Construct } from 'constructs';
import { type BuiltPage, readBuiltPage } from '../contracts/built-page.ts';
import { BUILT_PAGE } from '../contracts/built-page-folder.ts';
import { ApiEndpoint } from './api-endpoint.ts';
import { ApiFunction, type ApiFunctionProps } from './api-function.ts';
import { ApiPolicy } from './api-policy.ts';
import { LivePage } from './live-page.ts';
import { SettingsError } from './settings-error.ts';

/** The query API and, where the setting asks for it, the live page. Nobody gets in without a signature or a token. */
export class QueryApi extends Construct {
  readonly function: ApiFunction;
  /** For signed requests; null unless `api` is `iam`. */
  readonly signed: ApiEndpoint | null;
  /** Lets roles and users ask `signed`. */
  readonly policy: ApiPolicy | null;
  /** For those with a token, as the page has one; null where nobody has. */
  readonly tokens: ApiEndpoint | null;
  /** Null unless the setting `page` asks for it. */
  readonly page: LivePage | null;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { settings } = props;
    const { api, page, signIn } = settings;
    const built = page === null ? null : builtPage();
    const variables = {
      ...props.variables,
      apiAllows: settings.apiAllows,
      apiOpenWindows: settings.apiOpenWindows ? 'true' : null,
      pageBuild: built?.build ?? null,
    };
    this.function = new ApiFunction(this, 'Handler', { ...props, variables });
    const common = { ...props, function: this.function };
    this.signed = api === 'iam' ? new ApiEndpoint(this, 'Signed', { ...common, signedBy: 'iam' }) : null;
    this.signed?.letSignersIn();
    this.policy = this.signed === null ? null : new ApiPolicy(this, 'Callers', this.signed);
    this.tokens =
      api === 'jwt' || page !== null ? new ApiEndpoint(this, 'Tokens', { ...common, signedBy: 'jwt' }) : null;
    this.page =
      built === null || this.tokens === null
        ? null
        : new LivePage(this, 'Page', { ...props, built, endpoint: this.tokens });
    const issuer = this.page?.signIn ?? signIn;
    if (issuer !== null) this.tokens?.letTokensIn(issuer);
  }
}

function builtPage(): BuiltPage {
  const built = readBuiltPage(BUILT_PAGE);
  if (built !== null) return built;
  throw new SettingsError(
    "The setting 'page' asks for the live page, which is not built here. Run: npm run build:page",
  );
}
