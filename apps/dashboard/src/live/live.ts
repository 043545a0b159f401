import { computed, signal, type Signal } from '@preact/signals';
import { Client, STREAM_URL } from '../api/client.js';
import { forgetKey, keepKey, takeKey } from '../api/key.js';
import { openStream, type LiveStream, type StreamState } from '../api/stream.js';
import { TOPICS, type Dated, type Topic, type Topics } from '../contract.js';
import { describeConnection } from './connection.js';
import { mergeReport, newestLogTimeMs } from './merge.js';

/** The page's whole state that comes from outside: one signal a topic, so that a message redraws only the cards that show it. */
type Reports = { readonly [T in Topic]: Signal<Topics[T] | undefined> };

export const reports: Reports = {
  revenue: signal(),
  series: signal(),
  funnel: signal(),
  items: signal(),
  'wait-times': signal(),
  payments: signal(),
  feedback: signal(),
  ledger: signal(),
};

export const key = signal<string | undefined>(undefined);
export const client = signal<Client | undefined>(undefined);
const streamState = signal<StreamState>({ kind: 'connecting', attempt: 0 });
const lastNewsMs = signal<number | undefined>(undefined);
/** The browser's clock, a second at a time; only the age of the connection is told by it, never a figure. */
export const nowMs = signal(Date.now());

export const connection = computed(() => describeConnection(streamState.value, lastNewsMs.value, nowMs.value));
/** True while the figures may have moved on without us: every as-of badge then says so. */
export const outOfDate = computed(() => connection.value.kind === 'stale' || connection.value.kind === 'reconnecting');
export const pageLogTimeMs = computed(() => newestLogTimeMs(TOPICS.map((topic) => reports[topic].value)));

/** Books that are known and have never seen an event: the page then says how to send the first one. */
export const noEventsYet = computed(() => reports.ledger.value?.accepted === 0 && !reports.revenue.value?.rows.length);

let stream: LiveStream | undefined;
let connectedAtMs = 0;

function take<T extends Topic>(topic: T, data: string): void {
  const report = reports[topic] as Signal<(Topics[T] & Dated) | undefined>;
  report.value = mergeReport(report.value, JSON.parse(data) as Topics[T] & Dated, performance.now() - connectedAtMs);
}

function connect(withKey: string): void {
  stream?.close();
  lastNewsMs.value = undefined;
  client.value = new Client(withKey, refused);
  stream = openStream({
    url: STREAM_URL,
    key: withKey,
    onNews: () => (lastNewsMs.value = nowMs.value = Date.now()),
    onMessage: (event, data) => {
      // A topic of a newer server than this page is not an error.
      if ((TOPICS as readonly string[]).includes(event)) take(event as Topic, data);
    },
    onState: (state) => {
      if (state.kind === 'open') connectedAtMs = performance.now();
      streamState.value = state;
      if (state.kind === 'refused') refused(state.status);
    },
  });
}

function refused(status: number): void {
  stream?.close();
  forgetKey();
  streamState.value = { kind: 'refused', status };
  key.value = undefined;
}

/** Figures of one tenant must not stay on the screen under another's key. */
function clearFigures(): void {
  for (const topic of TOPICS) reports[topic].value = undefined;
}

/** A header can carry nothing else; a key with other characters was mistyped. */
const KEY_FORM = /^[\x21-\x7e]+$/;

export function enterKey(entered: string): void {
  if (!KEY_FORM.test(entered)) return refused(401);
  keepKey(entered);
  clearFigures();
  streamState.value = { kind: 'connecting', attempt: 0 };
  key.value = entered;
  connect(entered);
}

export function changeKey(): void {
  stream?.close();
  forgetKey();
  clearFigures();
  streamState.value = { kind: 'connecting', attempt: 0 };
  key.value = undefined;
}

export const keyRefused = computed(() => streamState.value.kind === 'refused');

export function start(): void {
  const kept = takeKey();
  if (kept) enterKey(kept);
  setInterval(() => (nowMs.value = Date.now()), 1000);
  addEventListener('online', () => stream?.retryNow());
  addEventListener('hashchange', () => {
    const fresh = takeKey();
    if (fresh && fresh !== key.value) enterKey(fresh);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') stream?.retryNow();
  });
}
