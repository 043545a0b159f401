/** What the thread does that has the engines: opens them, runs the services that count, and answers for all of it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { TABLES } from '@ticketrail/core';
import type { Epoch } from '@ticketrail/pipeline';
import {
  type Config,
  createThreadApp,
  Metrics,
  OwnStatus,
  Readiness,
  Shutdown,
  type Stage,
  Tracing,
} from '@ticketrail/runtime';
import { openEmbedded } from '../embedded-engines.js';
import type { Engines } from '../engines.js';
import { answerCalls } from './calls.js';
import { type EngineAnswers, engineAnswers } from './engine-answers.js';
import { type PlainError, plainError } from './plain-errors.js';

/** What the thread is given when it is made. */
export interface ThreadData {
  readonly config: Config;
}

/** The first thing it says: that it has started, or why not. */
export interface ThreadStart {
  readonly epoch: Epoch;
  /** Of its tables. */
  readonly syncMs: number;
  /** The names of its checks of readiness, and by check what is wrong now. */
  readonly checked: readonly string[];
  readonly problems: Readonly<Record<string, string>>;
}

export interface ThreadFailure {
  readonly failed: PlainError;
}

/** What it answers once it has started. */
export type ThreadAnswers = EngineAnswers & ReturnType<typeof appAnswers>;

/** @param role of the process, for its traces */
export function runThread(
  role: string,
  moduleOf: (config: Config, engines: Engines, tracing: Tracing) => DynamicModule,
): void {
  const port = parentPort!;
  const { config } = workerData as ThreadData;
  start().then(
    (started) => port.postMessage(started satisfies ThreadStart),
    (error: unknown) => port.postMessage({ failed: plainError(error) } satisfies ThreadFailure),
  );

  async function start(): Promise<ThreadStart> {
    const engines = await openEmbedded(config);
    const { log, tables, epoch } = engines;
    try {
      const app = await createThreadApp(moduleOf(config, engines, await Tracing.start(config, role)), config);
      answerCalls<ThreadAnswers>(port, { ...engineAnswers(log, tables, TABLES), ...appAnswers(app) });
      const readiness = app.get(Readiness);
      return { epoch, syncMs: tables.syncMs, checked: readiness.checked, problems: readiness.problems() };
    } catch (error) {
      await engines.close();
      throw error;
    }
  }
}

function appAnswers(app: INestApplicationContext) {
  const [metrics, readiness, status, shutdown] = [
    app.get(Metrics),
    app.get(Readiness),
    app.get(OwnStatus),
    app.get(Shutdown),
  ];
  return {
    metrics: () => metrics.text(),
    problems: () => readiness.problems(),
    services: () => status.services(),
    finish: (stage: Stage, withinMs: number) => shutdown.finish(stage, withinMs),
    /** Does what is left to be done, and answers whether everything was. */
    close: async () => {
      await app.close();
      return shutdown.isClean;
    },
  };
}
