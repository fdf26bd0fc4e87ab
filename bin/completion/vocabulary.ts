import type { Command, Options } from '../cli/command.ts';

/** What a shell can complete: read off the commands, so that a new one needs no more. */
export interface Vocabulary {
  readonly commands: readonly Word[];
  /** By the name of a command. */
  readonly options: ReadonlyMap<string, readonly OptionWord[]>;
  /** What the first argument of a command can be; commands that take a file there have none. */
  readonly arguments: ReadonlyMap<string, readonly string[]>;
}

interface Word {
  readonly name: string;
  readonly summary: string;
}

export interface OptionWord extends Word {
  /** `-c` of `--context`, without the dash. */
  readonly short: string | null;
  /** Of a switch none; a list where the value is one of a few words; otherwise a file or what the user knows. */
  readonly value: 'none' | 'any' | readonly string[];
}

/** What every command takes. */
const OF_ALL: readonly OptionWord[] = [
  { name: 'help', summary: 'say more about the command', short: 'h', value: 'none' },
  { name: 'debug', summary: 'show where an error came from', short: null, value: 'none' },
];

/** A command with its line of the list. */
export type NamedCommand = Command & { readonly summary: string };

export function vocabularyOf(commands: readonly NamedCommand[]): Vocabulary {
  const names = commands.map(({ name }) => name);
  const help = { name: 'help', summary: 'say more about a command' };
  return {
    commands: [...commands.map(({ name, summary }) => ({ name, summary })), help],
    options: new Map([
      ...commands.map((command): [string, readonly OptionWord[]] => [command.name, optionWords(command)]),
      ['help', []],
    ]),
    arguments: new Map([
      ...commands.flatMap(({ name, words }) => (words === undefined ? [] : [[name, words] as const])),
      ['help', names],
    ]),
  };
}

function optionWords({ options, help }: { readonly options: Options; readonly help: string }): readonly OptionWord[] {
  const own = Object.entries(options).map(([name, { type, short, choices }]): OptionWord => {
    const value = type === 'boolean' ? 'none' : (choices ?? 'any');
    return { name, summary: summaryIn(help, name), short: short ?? null, value };
  });
  return [...own, ...OF_ALL];
}

/** What the help says of an option, up to the end of its first sentence or line; nothing where it does not list it. */
function summaryIn(help: string, option: string): string {
  const [, text = ''] = new RegExp(`^ +(?:-\\w, )?--${option}\\b.*? {2,}(.+)$`, 'm').exec(help) ?? [];
  return text.split(/[.:;(](?:\s|$)/)[0]?.trim() ?? '';
}
