import { paint, type Style } from './color.ts';

/** A run of text in a line. Its text may come from anywhere: `renderLine` makes it safe. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

// Controls (escape sequences begin with one), format characters (such as those that turn the direction of writing),
// line and paragraph separators, and halves of surrogate pairs.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text as it may be shown: characters that a terminal would act on are written as escapes, `\x1b` for example. An event
 * can hold any text, and must not be able to move the cursor, hide a line or set the window's title.
 */
export function sanitize(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    return NAMED[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
  });
}

const ASCII = /^[ -~]*$/;
const COMBINING = /^[\p{Mn}\p{Me}]$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])$/u;
const EMOJI_SELECTOR = '\ufe0f';

/** Columns that sanitized text takes. Close for East Asian text and emoji, on which terminals do not agree themselves. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  // The selector turns the symbol before it into an emoji, which is a column wider.
  if (character === EMOJI_SELECTOR) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Sanitized text cut to a width, with … at the end where something is missing. */
export function truncate(text: string, width: number): string {
  // Marks without a width could make a short text endless.
  if (text.length <= 8 * width && displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = used + characterWidth(character);
    if (next > width - 1 || kept.length > 8 * width) break;
    kept += character;
    used = next;
  }
  return `${kept}…`;
}

/** A span of exactly this width: cut, or filled up with spaces on the right or on the left. */
export function toWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(sanitize(text), width);
  const gap = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return align === 'left' ? cut + gap : gap + cut;
}

export function lineWidth(line: Line): number {
  return line.reduce((width, span) => width + displayWidth(sanitize(span.text)), 0);
}

/** `left` at the left and `right` at the right; where both do not fit, `right` goes. */
export function justify(left: Line, right: Line, width: number): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  return gap < 1 ? left : [...left, { text: ' '.repeat(gap) }, ...right];
}

/** The line as text of at most this width, safe to show. */
export function renderLine(line: Line, width: number, color: boolean): string {
  let room = width;
  let out = '';
  for (const { text, style = 'plain' } of line) {
    if (room <= 0) break;
    const shown = truncate(sanitize(text), room);
    room -= displayWidth(shown);
    out += paint(shown, style, color);
  }
  return out.endsWith(' ') ? out.trimEnd() : out;
}
