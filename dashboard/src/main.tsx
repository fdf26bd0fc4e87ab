import 'virtual:tokens.css';
import './styles.css';
import './pages/pages.css';
import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keyboard/listen.ts';
import { begin } from './live/store.ts';
import { beginWall } from './live/wall.ts';

begin();
beginWall();
listenToKeys();
render(<App />, document.getElementById('page') as HTMLElement);
