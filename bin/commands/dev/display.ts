import type { LiveStatus } from '../../../runtime/live-status.ts';
import { TerminalAlertSink } from '../../../runtime/terminal/alert-line.ts';
import { canRedraw, colorWanted } from '../../../runtime/terminal/color.ts';
import { LiveScreen } from '../../../runtime/terminal/live-screen.ts';
import { renderLines } from '../../../runtime/terminal/render-lines.ts';
import { renderLine } from '../../../runtime/terminal/text.ts';
import type { CommandIo } from '../../cli/command.ts';

/** What shows how a pipeline goes. */
export interface Display {
  show(status: LiveStatus): void;
  /** Gives the terminal back. */
  stop(): void;
}

/** A live table in a terminal, and lines elsewhere or where they are asked for. */
export function displayOf({ env, stdout }: CommandIo, plain: boolean): Display {
  return canRedraw(env, stdout) && !plain ? new LiveScreen(stdout, colorWanted(env, stdout)) : new PlainLines(stdout);
}

/** A live table has the last messages in it; otherwise each is a line. */
export function alertSinkOf({ stdout, env }: CommandIo, plain: boolean): TerminalAlertSink {
  if (canRedraw(env, stdout) && !plain) return new TerminalAlertSink(null);
  const color = colorWanted(env, stdout);
  return new TerminalAlertSink((line) => stdout.write(`${renderLine(line, Number.POSITIVE_INFINITY, color)}\n`));
}

/** What there is instead of a live table where the output is not a terminal. */
class PlainLines implements Display {
  readonly #stdout: NodeJS.WritableStream;
  #previous: LiveStatus | null = null;

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
  }

  show(status: LiveStatus): void {
    for (const line of renderLines(this.#previous, status)) this.#stdout.write(`${line}\n`);
    this.#previous = status;
  }

  stop(): void {}
}
