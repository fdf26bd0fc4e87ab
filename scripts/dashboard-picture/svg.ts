/** Parts of an SVG, as text. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextStyle {
  readonly size?: number;
  readonly color?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

const INK = '#16191f';
export const GREY = '#687078';
export const LINE = '#d5dbdb';

/** Width of a letter as a share of the font's size, about. */
const LETTER = 0.57;

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 11, color = INK, bold = false, anchor = 'start' } = style;
  const weight = bold ? ' font-weight="600"' : '';
  const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${color}"${weight}${at}>${escaped(content)}</text>`;
}

export function rectangle({ x, y, width, height }: Box, fill: string, stroke: string = LINE): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="3" fill="${fill}" stroke="${stroke}"/>`;
}

export function path(points: readonly (readonly [number, number])[], stroke: string, extra = ''): string {
  const steps = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`);
  return `<path d="${steps.join('')}" fill="none" stroke="${stroke}"${extra}/>`;
}

export function area(points: readonly (readonly [number, number])[], fill: string): string {
  const steps = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`);
  return `<path d="${steps.join('')}Z" fill="${fill}" fill-opacity="0.55"/>`;
}

/** As much of a text as fits. */
export function fitting(content: string, width: number, size = 11): string {
  const letters = Math.floor(width / (size * LETTER));
  return content.length <= letters ? content : `${content.slice(0, Math.max(1, letters - 1))}…`;
}

export function widthOf(content: string, size = 11): number {
  return content.length * size * LETTER;
}

/** A text as lines that fit. */
export function wrapped(content: string, width: number, size = 11): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of content.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
