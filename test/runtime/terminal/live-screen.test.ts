import { LiveScreen } from '../../../runtime/terminal/live-screen.ts';
import { renderLive } from '../../../runtime/terminal/render-live.ts';
import { emptyStatus, status } from './status-fixture.ts';

/** As much of a terminal as `LiveScreen` uses: two screens of cells, a cursor, and the modes that must be put back. */
class FakeTerminal {
  columns = 80;
  rows = 24;
  readonly modes = new Map([
    ['1049', false],
    ['25', true],
    ['7', true],
  ]);
  readonly writes: string[] = [];
  accepts = true;
  #drained: (() => void) | null = null;
  #main: string[][] = [[]];
  #alternate: string[][] = [[]];
  #row = 0;
  #column = 0;

  write(text: string): boolean {
    this.writes.push(text);
    this.#interpret(text);
    return this.accepts;
  }

  once(_event: 'drain', listener: () => void): void {
    this.#drained = listener;
  }

  drain(): void {
    this.accepts = true;
    this.#drained?.();
  }

  get screen(): string {
    return this.#cells.map((line) => line.join('').trimEnd()).join('\n');
  }

  get #cells(): string[][] {
    return this.modes.get('1049') ? this.#alternate : this.#main;
  }

  #interpret(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what a terminal reads
    for (const part of text.match(/\u001b\[\??\d*[A-Za-z]|[^\u001b]/gu) ?? []) {
      const mode = /\[\?(\d+)([hl])$/.exec(part);
      if (mode) this.#setMode(mode[1] as string, mode[2] === 'h');
      else if (part.endsWith('[H')) [this.#row, this.#column] = [0, 0];
      else if (part.endsWith('[K')) this.#cells[this.#row]?.splice(this.#column);
      else if (part.endsWith('[J')) this.#cells.splice(this.#row + 1);
      else if (part.endsWith('[2J')) this.#cells.splice(0);
      else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#row++;
      else this.#put(part);
      while (this.#cells.length <= this.#row) this.#cells.push([]);
    }
  }

  #setMode(mode: string, on: boolean): void {
    this.modes.set(mode, on);
    if (mode === '1049') [this.#row, this.#column] = [0, 0];
  }

  #put(character: string): void {
    const line = this.#cells[this.#row] as string[];
    while (line.length < this.#column) line.push(' ');
    line[this.#column++] = character;
  }
}

const frameOf = (shown: typeof status, columns = 80, rows = 24) => renderLive(shown, { columns, rows, color: false });

test('the screen shows the latest status, whatever was on it before', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  screen.show(status);
  expect(terminal.screen).toBe(frameOf(status));
  screen.show(emptyStatus);
  expect(terminal.screen).toBe(frameOf(emptyStatus));
});

test('a frame is written at once, over the last one and not over a cleared screen', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  screen.show(emptyStatus);
  screen.show(status);
  expect(terminal.writes).toHaveLength(2);
  expect(terminal.writes[1]).not.toContain('\u001b[2J');
});

test('the same frame is not written again', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  screen.show(status);
  screen.show({ ...status, nowMs: status.nowMs + 1 });
  expect(terminal.writes).toHaveLength(1);
});

test('while it runs the cursor is hidden; stopping gives the terminal back, with the last status on it', () => {
  const terminal = new FakeTerminal();
  const before = new Map(terminal.modes);
  const screen = new LiveScreen(terminal, false);
  screen.show(status);
  expect(terminal.modes.get('25')).toBe(false);
  expect(terminal.modes.get('1049')).toBe(true);
  screen.stop();
  for (const [mode, on] of before) expect([mode, terminal.modes.get(mode)]).toEqual([mode, on]);
  expect(terminal.screen).toContain('6,209 accepted');
  expect(terminal.screen).not.toContain('Ctrl+C');
});

test('stopping twice writes once, and nothing is shown after it', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  screen.show(status);
  screen.stop();
  const count = terminal.writes.length;
  screen.stop();
  screen.show(emptyStatus);
  expect(terminal.writes).toHaveLength(count);
});

test('a screen on which nothing was shown leaves the terminal alone', () => {
  const terminal = new FakeTerminal();
  new LiveScreen(terminal, false).stop();
  expect(terminal.writes).toEqual([]);
});

test('frames are left out while the terminal is behind, and the next one after that is shown', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  terminal.accepts = false;
  screen.show(emptyStatus);
  screen.show(status);
  expect(terminal.writes).toHaveLength(1);
  terminal.drain();
  screen.show(status);
  expect(terminal.screen).toBe(frameOf(status));
});

test('another size of the terminal is seen, and what it broke is cleared', () => {
  const terminal = new FakeTerminal();
  const screen = new LiveScreen(terminal, false);
  screen.show(status);
  terminal.columns = 60;
  terminal.rows = 20;
  screen.show(status);
  expect(terminal.writes[1]).toContain('\u001b[2J');
  expect(terminal.screen).toBe(frameOf(status, 60, 20));
});

test('a terminal that tells no size gets 80 by 24', () => {
  const terminal = new FakeTerminal();
  terminal.columns = 0;
  terminal.rows = 0;
  new LiveScreen(terminal, false).show(status);
  expect(terminal.screen).toBe(frameOf(status));
});
