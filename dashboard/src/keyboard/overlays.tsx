import { Help } from './help.tsx';
import { overlay } from './overlay.ts';
import { Palette } from './palette.tsx';

const close = () => {
  overlay.value = null;
};

export function Overlays() {
  if (overlay.value === 'help') return <Help close={close} />;
  return overlay.value === 'commands' ? <Palette close={close} /> : null;
}
