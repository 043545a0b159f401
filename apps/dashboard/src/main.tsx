import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/page.css';
import './style/cards.css';
import './style/tables.css';
import './style/receipts.css';
import { render } from 'preact';
import { start } from './live/live.js';
import { App } from './view/app.js';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app to draw into');
start();
render(<App />, root);
