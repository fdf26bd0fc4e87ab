/** The file beside the page that tells how it signs people in. A server that signs nobody in has none. */
export const PAGE_SIGN_IN_FILE = 'sign-in.json';

/** What is in it: the page's client at an OpenID Connect provider. Nothing of it is a secret. */
export interface PageSignInConfig {
  readonly authorize: string;
  readonly token: string;
  readonly client: string;
  readonly scope: string;
  /** Which token the page sends to the API. */
  readonly sends: 'access' | 'id';
}
