import { effect, signal } from '@preact/signals';
import { readSetting, writeSetting } from '../live/settings.ts';

/** What lies over the page: the list of keys, or the commands. */
export const overlay = signal<'help' | 'commands' | null>(null);

export const hasLetters = signal(readSetting('letters') !== 'off');
effect(() => writeSetting('letters', hasLetters.value ? 'on' : 'off'));
