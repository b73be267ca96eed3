import { render } from 'preact';
import { startSession } from './access/follow.ts';
import { App } from './app.tsx';
import { startClock } from './feed/store.ts';
import './style/base.css';
import './style/shell.css';
import './style/session.css';
import './style/reading.css';
import './style/alarm.css';
import './style/overview.css';
import './style/device.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
startClock();
startSession();
