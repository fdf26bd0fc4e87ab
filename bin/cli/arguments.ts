import { parseArgs } from 'node:util';
import { didYouMean } from '../../engine/text/nearest-name.ts';
import { type Options, UsageError } from './command.ts';

/**
 * `util.parseArgs` with errors that say which command to ask for help. An option is never empty: `--store "$STORE"` with a
 * variable that is not set would mean another store than anybody wanted.
 */
export function parseArguments<const O extends Options>(command: string, args: readonly string[], options: O) {
  const parsed = parseOrExplain(command, args, options);
  for (const [option, value] of Object.entries(parsed.values)) {
    if ([value].flat().includes('')) {
      throw new UsageError(
        `--${option} is empty. Give it a value, or leave it out. See streamgauge ${command} --help.`,
      );
    }
  }
  return parsed;
}

function parseOrExplain<const O extends Options>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [, unknown] = /^Unknown option '(--?[^'=]+)/.exec((error as Error).message) ?? [];
    if (unknown !== undefined) throw unknownOption(command, unknown, Object.keys(options));
    // Node's message of a value that begins with a dash has several lines.
    const message = (error as Error).message.replaceAll('\n', ' ').replace(/\.$/, '');
    throw new UsageError(`${message}. See streamgauge ${command} --help.`);
  }
}

function unknownOption(command: string, option: string, known: readonly string[]): UsageError {
  const names = [...known, 'help', 'debug'].map((name) => `--${name}`);
  return new UsageError(
    `streamgauge ${command} has no option '${option}'.${didYouMean(option, names)} See streamgauge ${command} --help.`,
  );
}

/** A whole number within bounds; `fallback` where the option is not given. */
export function wholeNumber(
  text: string | undefined,
  option: string,
  fallback: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} is '${text}', and must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** A number within bounds, with decimals or without. */
export function decimalNumber(text: string, option: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} is '${text}', and must be a number from ${min} to ${max}.`);
  }
  return value;
}

/** The positional arguments by name; throws where one is missing or too many are given. */
export function positionals<const N extends readonly string[]>(
  command: string,
  given: readonly string[],
  names: N,
): { [K in N[number]]: string } {
  const missing = names[given.length];
  if (missing !== undefined)
    throw new UsageError(`streamgauge ${command} needs ${missing}. See streamgauge ${command} --help.`);
  const [extra] = given.slice(names.length);
  if (extra !== undefined) throw new UsageError(`streamgauge ${command} does not know what to do with '${extra}'.`);
  return Object.fromEntries(names.map((name, index) => [name, given[index]])) as { [K in N[number]]: string };
}
