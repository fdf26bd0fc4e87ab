import { completeSettings } from '../../lib/complete-settings.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { SettingsError } from '../../lib/settings-error.ts';

const PROVIDER = { issuer: 'https://login.example.com', audience: ['analytics'] };
const PAGE = {
  ...PROVIDER,
  client: 'page',
  authorize: 'https://login.example.com/authorize',
  token: 'https://login.example.com/token',
};
const DOMAIN = { name: 'live.example.com', certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b' };

test('the text of the command line names the API, the page and a provider', () => {
  const text = { api: 'jwt', page: 'oidc', apiAllows: 'acknowledge', apiOpenWindows: 'true' };
  const context = { ...text, signIn: JSON.stringify(PAGE), pageDomain: JSON.stringify(DOMAIN), apiConcurrency: '5' };
  expect(settingsFromContext(context).settings).toMatchObject({
    api: 'jwt',
    page: 'oidc',
    apiAllows: 'acknowledge',
    apiOpenWindows: true,
    apiConcurrency: 5,
    signIn: PAGE,
    pageDomain: DOMAIN,
  });
});

test.each([
  ['an API for everybody', { api: 'public' }, "The setting 'api' is \"public\": it must be 'iam' or 'jwt'."],
  ['an access that there is not', { apiAllows: 'all' }, 'it must be one of read, acknowledge, redrive.'],
  ['a page without a sign-in', { page: 'public' }, "it must be 'cognito' or 'oidc'."],
  [
    'a provider without TLS',
    { api: 'jwt', signIn: { ...PROVIDER, issuer: 'http://login' } },
    "The setting 'signIn' is",
  ],
  ['a provider without an audience', { api: 'jwt', signIn: { ...PROVIDER, audience: [] } }, "The setting 'signIn' is"],
  ['a misspelt part', { api: 'jwt', signIn: { ...PROVIDER, clientId: 'x' } }, "The setting 'signIn' is"],
  ['a scope without openid', { page: 'oidc', signIn: { ...PAGE, scope: 'email' } }, "The setting 'signIn' is"],
  ['tokens of nobody', { api: 'jwt' }, "nothing says whose tokens it takes: set 'signIn'"],
  ['a page that cannot sign in', { page: 'oidc', signIn: PROVIDER }, 'with client, authorize, token as well as'],
  ['two ways to sign in', { page: 'cognito', signIn: PAGE }, 'Leave signIn out, or set page to'],
  ['a provider that nobody asks', { signIn: PROVIDER }, 'names a provider that nobody asks'],
  ['a name of no page', { pageDomain: DOMAIN }, 'is of a page, and there is none'],
  [
    'a certificate that CloudFront does not take',
    { page: 'cognito', pageDomain: { ...DOMAIN, certificate: DOMAIN.certificate.replace('us-east-1', 'eu-west-1') } },
    "The setting 'pageDomain' is",
  ],
])('%s is refused with what to write', (_, settings, message) => {
  const complete = () => completeSettings(settings as Parameters<typeof completeSettings>[0]);
  expect(complete).toThrow(SettingsError);
  expect(complete).toThrow(message);
});
