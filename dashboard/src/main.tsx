import 'virtual:tokens.css';
import './styles.css';
import './pages/pages.css';
import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { begin } from './live/store.ts';

begin();
render(<App />, document.getElementById('page') as HTMLElement);
