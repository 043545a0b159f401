/** The whole process as tests have it, in either of its compositions. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CountingThread, openEmbedded } from '@ticketrail/engines';
import { type Config, createHttpApp, type Keys, Tracing } from '@ticketrail/runtime';
import { StandaloneModule } from './standalone.module.js';

export const COMPOSITIONS = ['one thread', 'two threads'] as const;

export async function startStandalone(
  composition: (typeof COMPOSITIONS)[number],
  config: Config,
  keys: Keys,
  tracing = Tracing.OFF,
): Promise<NestFastifyApplication> {
  const module =
    composition === 'one thread'
      ? StandaloneModule.with(config, keys, await openEmbedded(config), tracing)
      : StandaloneModule.answering(config, keys, await startThread(config), tracing);
  const app = await createHttpApp(module, config, tracing);
  await app.listen(0, '127.0.0.1');
  return app;
}

function startThread(config: Config): Promise<CountingThread> {
  return CountingThread.start(new URL('counting.js', import.meta.url), config, (error) => {
    throw error;
  });
}
