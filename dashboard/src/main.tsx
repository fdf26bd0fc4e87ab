import 'virtual:tokens.css';
import './styles.css';
import './pages/pages.css';
import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keyboard/listen.ts';
import { begin, session } from './live/store.ts';
import { beginWall } from './live/wall.ts';
import { downloadSignedIn } from './sign-in/downloads.ts';

// Where the provider has sent the reader back, nothing is asked before there is a token.
void session.finish().then(begin);
downloadSignedIn(session);
beginWall();
listenToKeys();
render(<App />, document.getElementById('page') as HTMLElement);
