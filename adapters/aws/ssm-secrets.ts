import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../engine/ports/clock.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { sentence } from './aws-errors.ts';

/** A secret that was changed is used this much later at most. */
const KEPT_MS = 5 * 60_000;

/** Keys of signatures, from encrypted parameters of Systems Manager. Each is read once in five minutes. */
export class SsmSecrets {
  readonly #client: Pick<SSMClient, 'send'>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly value: string; readonly untilMs: number }>();

  constructor(client: Pick<SSMClient, 'send'>, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @throws AlertSinkError that names the parameter where it cannot be read, or is empty. */
  async read(parameter: string): Promise<string> {
    const known = this.#known.get(parameter);
    const nowMs = this.#clock.nowMs();
    if (known !== undefined && nowMs < known.untilMs) return known.value;
    const value = await this.#fetch(parameter);
    this.#known.set(parameter, { value, untilMs: nowMs + KEPT_MS });
    return value;
  }

  async #fetch(parameter: string): Promise<string> {
    const advice = `Store it with: aws ssm put-parameter --type SecureString --name ${parameter} --value …`;
    const doing = `The parameter ${parameter}, which holds the key of a webhook's signature,`;
    let value: string | undefined;
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
      value = Parameter?.Value;
    } catch (error) {
      throw new AlertSinkError(`${doing} cannot be read: ${sentence(error)} ${advice}`, { cause: error });
    }
    if (value !== undefined && value !== '') return value;
    throw new AlertSinkError(`${doing} is empty. ${advice}`);
  }
}
