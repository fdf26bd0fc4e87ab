import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolDomain,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { PageSignIn } from './api-settings.ts';
import { explain } from './nag.ts';
import { uniqueName } from './names.ts';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

export interface SignInPoolProps {
  readonly settings: PipelineSettings;
}

/** Cognito takes 63 characters, of which the account has 12. */
const PREFIX_LENGTH = 50;
/** What Cognito takes in no prefix. */
const RESERVED = /aws|amazon|cognito/g;

/**
 * The people who may see the page: those whom somebody invites, with a password and a second factor. They sign in at
 * Cognito's own pages.
 */
export class SignInPool extends Construct {
  readonly pool: UserPool;
  /** Where people sign in, without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings }: SignInPoolProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: settings.protect,
      removalPolicy: removalPolicyOf(settings),
    });
    explain(
      this.pool,
      'AwsSolutions-COG8',
      'The plan with threat protection costs for each person; a second factor is required of everybody instead.',
    );
    const prefix = `${uniqueName(this, PREFIX_LENGTH).toLowerCase().replaceAll(RESERVED, 'x')}-${Aws.ACCOUNT_ID}`;
    new CfnUserPoolDomain(this, 'Domain', { userPoolId: this.pool.userPoolId, domain: prefix });
    this.url = `https://${prefix}.auth.${Stack.of(this).region}.amazoncognito.com`;
  }

  /** The page as a client of the pool: public, so without a secret, and with PKCE. */
  letPageSignIn(pageUrl: string): PageSignIn {
    const client: UserPoolClient = this.pool.addClient('Page', {
      generateSecret: false,
      // People sign in at Cognito's pages, and nowhere else.
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [pageUrl],
        logoutUrls: [pageUrl],
      },
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    return {
      issuer: this.pool.userPoolProviderUrl,
      audience: [client.userPoolClientId],
      client: client.userPoolClientId,
      authorize: `${this.url}/oauth2/authorize`,
      token: `${this.url}/oauth2/token`,
    };
  }
}
