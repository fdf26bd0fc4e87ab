/** Raw bytes as a person reads them. Nothing here makes HTML: each piece becomes a text node. */

export function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export interface MarkedText {
  readonly before: string;
  /** The whole character of the byte at fault; empty where none is known. */
  readonly marked: string;
  readonly after: string;
}

/** UTF-8 as text; what is none becomes U+FFFD, control characters their pictures. */
export function markedText(bytes: Uint8Array, atByte: number | null): MarkedText {
  if (atByte === null || atByte < 0 || atByte >= bytes.length) return { before: textOf(bytes), marked: '', after: '' };
  let [start, end] = [atByte, atByte + 1];
  while (start > 0 && atByte - start < 3 && isContinuation(bytes[start])) start--;
  while (end < bytes.length && end - start < 4 && isContinuation(bytes[end])) end++;
  return {
    before: textOf(bytes.subarray(0, start)),
    marked: textOf(bytes.subarray(start, end)),
    after: textOf(bytes.subarray(end)),
  };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be drawn
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll(CONTROLS, picture);
}

/** U+2400 and on are pictures of the control characters: ␀, ␉, ␡. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

export interface HexLine {
  readonly offset: string;
  readonly cells: readonly { readonly hex: string; readonly isMarked: boolean }[];
  readonly text: string;
}

const PER_LINE = 16;

/** At most so many lines of sixteen bytes, those around the fault first of all. */
export function hexLines(bytes: Uint8Array, atByte: number | null, most: number): readonly HexLine[] {
  const all = Math.ceil(bytes.length / PER_LINE);
  const wanted = atByte === null ? 0 : Math.floor(atByte / PER_LINE) - Math.floor(most / 2);
  const first = Math.max(0, Math.min(wanted, all - most));
  return Array.from({ length: Math.min(most, all) }, (_, i) => {
    const from = (first + i) * PER_LINE;
    const part = [...bytes.subarray(from, from + PER_LINE)];
    return {
      offset: from.toString(16).padStart(4, '0'),
      cells: part.map((byte, j) => ({ hex: byte.toString(16).padStart(2, '0'), isMarked: from + j === atByte })),
      text: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
    };
  });
}
