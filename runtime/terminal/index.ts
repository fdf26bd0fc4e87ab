export { colorWanted } from './color.ts';
export { LiveScreen, type ScreenStream } from './live-screen.ts';
export { createProgress, type Progress, type ProgressOptions } from './progress.ts';
export { renderLines } from './render-lines.ts';
export { renderLive, type ScreenSize } from './render-live.ts';
