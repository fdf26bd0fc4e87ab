import type { Static, TObject } from 'typebox';
import { Value as Check } from 'typebox/value';
import { didYouMean } from '../engine/text/nearest-name.ts';
import { JSON_TYPE } from './media-types.ts';
import { ProblemError } from './problems.ts';

/** Ids of 500 events fit. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The body of a request by its schema. A form cannot send `application/json`, so a page of another site cannot make a
 * browser ask this.
 *
 * @throws ProblemError
 */
export async function parseBody<T extends TObject>(request: Request, schema: T): Promise<Static<T>> {
  const [type] = (request.headers.get('content-type') ?? '').split(';', 1);
  if (type?.trim().toLowerCase() !== JSON_TYPE) {
    throw new ProblemError(
      415,
      'not_json',
      'The body is not JSON',
      `The body's type is '${type?.slice(0, 60) ?? ''}'. Send JSON with the header Content-Type: ${JSON_TYPE}.`,
    );
  }
  const value = parseJson(await textOf(request));
  checkMembers(schema, value);
  const [error] = Check.Errors(schema, value);
  if (error === undefined) return value as Static<T>;
  const place =
    error.instancePath === '' ? 'The body' : `The body's ${error.instancePath.slice(1).replaceAll('/', '.')}`;
  throw badBody(`${place} ${error.message}. The document of the API, /api/openapi.json, shows what it must be.`);
}

/** What is left out because its name is misspelt can make a request mean much more: a silence of all views. */
function checkMembers(schema: TObject, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const names = Object.keys(schema.properties);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const shown = unknown.slice(0, 60);
  throw badBody(`The body has no member '${shown}'.${didYouMean(shown, names)} It takes ${names.join(', ')}.`);
}

async function textOf(request: Request): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new ProblemError(
        413,
        'body_too_large',
        'The body is too large',
        `The body has more than ${MAX_BODY_BYTES} bytes. Ask in several requests.`,
      );
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badBody(`The body is no JSON: ${error.message}.`);
  }
}

function badBody(detail: string): ProblemError {
  return new ProblemError(400, 'bad_body', 'The body is wrong', detail);
}
