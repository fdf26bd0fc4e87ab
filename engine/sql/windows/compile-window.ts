import type { WindowDefinition } from '../../ir/window.ts';
import { globalWindow } from './global.ts';
import { sessionWindows } from './session.ts';
import { slidingWindows } from './sliding.ts';
import { tumblingWindows } from './tumbling.ts';
import type { Windowed, WindowInput } from './windowed.ts';

export function compileWindow(window: WindowDefinition, input: WindowInput): Windowed {
  switch (window.kind) {
    case 'tumbling':
      return tumblingWindows(window, input);
    case 'sliding':
      return slidingWindows(window, input);
    case 'session':
      return sessionWindows(window, input);
    case 'global':
      return globalWindow(window, input);
  }
}
