import type { OptionWord, Vocabulary } from './vocabulary.ts';

/** For `streamgauge completion fish | source`. */
export function fishCompletion({ commands, options, arguments: words }: Vocabulary): string {
  const lines = [
    '# Completion of streamgauge for fish.',
    ...commands.map(({ name, summary }) => complete('__fish_use_subcommand', ['-f', `-a ${name}`, described(summary)])),
    complete('__fish_use_subcommand', ['-f', '-l version', described('say which version this is')]),
    ...[...words].map(([command, list]) => complete(seen(command), [`-a ${quoted(list.join(' '))}`])),
    ...[...options].flatMap(([command, all]) => all.map((option) => optionLine(command, option))),
  ];
  return `${lines.join('\n')}\n`;
}

function optionLine(command: string, { name, short, summary, value }: OptionWord): string {
  const names = [`-l ${name}`, ...(short === null ? [] : [`-s ${short}`])];
  const takes = value === 'none' ? [] : value === 'any' ? ['-r'] : [`-x -a ${quoted(value.join(' '))}`];
  return complete(seen(command), [...names, ...takes, described(summary)]);
}

function seen(command: string): string {
  return `__fish_seen_subcommand_from ${command}`;
}

function complete(condition: string, parts: readonly string[]): string {
  return ['complete -c streamgauge', `-n ${quoted(condition)}`, ...parts].filter((part) => part !== '').join(' ');
}

function described(summary: string): string {
  return summary === '' ? '' : `-d ${quoted(summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
