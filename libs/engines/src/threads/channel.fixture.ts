/** Engines and whoever asks them, on the two ends of one channel: as two threads have it, in one. */
import { MessageChannel } from 'node:worker_threads';
import type { TableSpec } from '@ticketrail/core';
import type { EventLog, Tables } from '@ticketrail/pipeline';
import { answerCalls, Calls } from './calls.js';
import { type EngineAnswers, engineAnswers } from './engine-answers.js';

export interface Channel {
  readonly calls: Calls<EngineAnswers>;
  close(): void;
}

export function channelTo(log: EventLog, tables: Tables, specs: readonly TableSpec[] = []): Channel {
  const { port1, port2 } = new MessageChannel();
  answerCalls<EngineAnswers>(port1, engineAnswers(log, tables, specs));
  return { calls: new Calls(port2), close: () => port2.close() };
}
