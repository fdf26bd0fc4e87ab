import type { OptionWord, Vocabulary } from './vocabulary.ts';

/** For `eval "$(streamgauge completion bash)"`. Where nothing is of our own, bash completes files. */
export function bashCompletion({ commands, options, arguments: words }: Vocabulary): string {
  const names = commands.map(({ name }) => name);
  return `# Completion of streamgauge for bash.
_streamgauge() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  # Bash takes the = of --option=value for a word of its own.
  if [[ $cur == = ]]; then cur=''
  elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${[...names, '--help', '--version'].join(' ')}' -- "$cur"))
    return
  fi
  case "$command $prev" in
${[...options].flatMap(([command, all]) => all.flatMap((option) => valueCase(command, option))).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${[...options].map(([command, all]) => optionCase(command, all)).join('\n')}
    esac
    return
  fi
  if [[ $COMP_CWORD -eq 2 ]]; then
    case "$command" in
${[...words].map(([command, list]) => `      ${command}) ${reply(list)} ;;`).join('\n')}
    esac
  fi
}
complete -o default -F _streamgauge streamgauge
`;
}

/** After an option that takes a value: its words, or files. */
function valueCase(command: string, { name, short, value }: OptionWord): readonly string[] {
  if (value === 'none') return [];
  const spellings = [`--${name}`, ...(short === null ? [] : [`-${short}`])];
  const pattern = spellings.map((spelling) => `'${command} ${spelling}'`).join('|');
  return [`    ${pattern}) ${value === 'any' ? '' : `${reply(value)}; `}return ;;`];
}

function optionCase(command: string, options: readonly OptionWord[]): string {
  return `      ${command}) ${reply(options.map(({ name }) => `--${name}`))} ;;`;
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
}
