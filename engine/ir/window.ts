/** A kind of window as the definition sees it. */
export interface Window<out K extends string = string> {
  readonly kind: K;
}

export type WindowDefinition = AlignedWindow | SessionWindow | GlobalWindow;

/** Windows whose starts are the same for all groups: multiples of a step since 1970, plus an offset. */
export type AlignedWindow = TumblingWindow | SlidingWindow;

/** Windows of one size, one after the other: [offset + k · size, offset + (k + 1) · size) since 1970, UTC. */
export interface TumblingWindow extends Window<'tumbling'> {
  readonly sizeMs: number;
  readonly offsetMs: number;
}

/** Windows of one size, a new one at every slide: [offset + k · slide, offset + k · slide + size) since 1970, UTC. */
export interface SlidingWindow extends Window<'sliding'> {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
}

/** Windows of a group's events that are at most a gap apart from one to the next. */
export interface SessionWindow extends Window<'session'> {
  readonly gapMs: number;
}

/** One window without an end: running totals of a group, brought up to date at every interval. */
export interface GlobalWindow extends Window<'global'> {
  readonly emitEveryMs: number;
}

/** The most windows over one moment: each gives a row for every group, and a late event revises all of them. */
export const MAX_OVERLAP = 1500;

export function isAligned(window: WindowDefinition): window is AlignedWindow {
  return window.kind === 'tumbling' || window.kind === 'sliding';
}
