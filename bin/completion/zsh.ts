import type { OptionWord, Vocabulary } from './vocabulary.ts';

/** For `eval "$(streamgauge completion zsh)"`, after `compinit`. */
export function zshCompletion({ commands, options, arguments: words }: Vocabulary): string {
  const described = commands.map(({ name, summary }) => quoted(`${name}:${summary}`));
  return `#compdef streamgauge
# Completion of streamgauge for zsh.
_streamgauge() {
  local -a commands=(
    ${described.join('\n    ')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${[...options].map(([command, all]) => commandCase(command, all, words.get(command))).join('\n')}
  esac
}
compdef _streamgauge streamgauge
`;
}

function commandCase(command: string, options: readonly OptionWord[], words: readonly string[] | undefined): string {
  const first = words === undefined ? [] : [quoted(`1: :(${words.join(' ')})`)];
  const specs = [...options.flatMap(optionSpecs), ...first, quoted('*:file:_files')];
  return `    ${command}) _arguments ${specs.join(' ')} ;;`;
}

function optionSpecs({ name, short, summary, value }: OptionWord): readonly string[] {
  const spellings = [`--${name}`, ...(short === null ? [] : [`-${short}`])];
  // Of a text in brackets, a bracket would be the end.
  const about = `[${summary.replace(/[[\]]/g, '')}]`;
  const after = value === 'none' ? '' : `:value:${value === 'any' ? '_files' : `(${value.join(' ')})`}`;
  return spellings.map((spelling) => quoted(`*${spelling}${about}${after}`));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
