import { Writable } from 'node:stream';
import { main } from '../../bin/cli/main.ts';
import { BugError } from '../../engine/ir/bug-error.ts';
import { code, page, prose, table } from './markdown.ts';

/** Every command as its own help tells it: usage, options, exit codes, examples. */
export async function cliPage(): Promise<string> {
  const help = await helpOf([]);
  const [, list = ''] = help.split(/^Commands$/m);
  const names = [...list.matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name = '']) => name);
  const commands = [];
  for (const name of names) commands.push(`## ${name}`, ...sectionsOf(await helpOf([name])));
  const intro =
    'What `streamgauge COMMAND --help` says of each command. In a project, write `npx streamgauge COMMAND`.';
  return page('Command line', [intro, code(help, 'text'), ...commands]);
}

async function helpOf(command: readonly string[]): Promise<string> {
  const written: string[] = [];
  const into = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const exitCode = await main([...command, '--help'], { stdout: into, stderr: into, env: {} });
  if (exitCode === 0) return written.join('');
  throw new BugError(`streamgauge ${command.join(' ')} --help ended with ${exitCode}: ${written.join('')}`);
}

/** A help text as Markdown, block by block: usage and examples are code, lists of options are tables, the rest is prose. */
export function sectionsOf(help: string): readonly string[] {
  return help
    .trim()
    .split(/\n{2,}/)
    .map(sectionOf);
}

function sectionOf(block: string): string {
  const [first = '', ...rest] = block.split('\n');
  if (first.startsWith('Usage:')) return code(block, 'text');
  if (rest.length === 0 || !rest.every(isIndented)) return isIndented(first) ? listOf(block) : prose(block);
  if (isIndented(first)) return listOf(block);
  const heading = `**${prose(first)}**`;
  return first.startsWith('Examples')
    ? `${heading}\n\n${code(rest.map((line) => line.trim()).join('\n'), 'text')}`
    : `${heading}\n\n${listOf(rest.join('\n'))}`;
}

const isIndented = (line: string) => line.startsWith('  ');

/** A name, two blanks or more, and what it means, which may go on below, further in. */
function listOf(block: string): string {
  const entries = block.split(/\n(?= {2}\S)/).map((entry) => {
    const [, name = '', meaning = ''] = /^ {2}(\S+(?: \S+)*)(?: {2,}|\n\s+|$)([\s\S]*)$/.exec(entry) ?? [];
    return [`\`${name}\``, meaningOf(meaning)];
  });
  return table(['given', 'meaning'], entries);
}

/** Lines that are a list of their own stay lines. */
function meaningOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .map((line, index) => `${index > 0 && /^\S+ {2,}\S/.test(line) ? '<br>' : ''}${prose(line.replace(/ {2,}/, ': '))}`)
    .join(' ');
}
