/** What a piece of text is, not how it looks: colours are chosen in one place, and left out where they are not wanted. */
export type Style = 'plain' | 'strong' | 'faint' | 'accent' | 'good' | 'warning' | 'bad';

// The sixteen basic colours follow the user's own theme, dark or light.
const CODES: Readonly<Record<Exclude<Style, 'plain'>, string>> = {
  strong: '1',
  faint: '2',
  accent: '36',
  good: '32',
  warning: '33',
  bad: '1;31',
};

export function paint(text: string, style: Style, color: boolean): string {
  return !color || style === 'plain' || text === '' ? text : `\u001b[${CODES[style]}m${text}\u001b[0m`;
}

type Environment = Readonly<Record<string, string | undefined>>;
interface Output {
  readonly isTTY?: boolean | undefined;
}

/** Whether what was drawn on a stream can be drawn over: a terminal that moves its cursor. */
export function canRedraw(env: Environment, stream: Output): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/**
 * Whether a stream should get colours: a terminal that can show them, unless NO_COLOR is set to anything. FORCE_COLOR,
 * set to anything but 0, gives colours to a pipe as well.
 */
export function colorWanted(env: Environment, stream: Output): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return canRedraw(env, stream);
}
