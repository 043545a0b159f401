/** Ticketrail as one process: `npm start`. This thread takes events and answers; the counting thread does the rest. */
import { startSynthetic, type Synthetic } from '@ticketrail/generator';
import { serveDashboard } from '@ticketrail/api';
import { CountingThread } from '@ticketrail/engines';
import {
  createHttpApp,
  endOnSignal,
  endOnUnhandledErrors,
  leaveAfterFailedStart,
  leaveAfterUnhandled,
  readConfig,
  readKeys,
  serveOpenApi,
  Shutdown,
  Tracing,
} from '@ticketrail/runtime';
import { developmentKey } from './development-key.js';
import { readOptions } from './options.js';
import { StandaloneModule } from './standalone.module.js';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const config = readConfig(process.env);
  const thread = await CountingThread.start(new URL('counting.js', import.meta.url), config, leaveAfterUnhandled);
  try {
    await serve(options, config, thread);
  } catch (error) {
    await thread.engines.close();
    throw error;
  }
}

async function serve(
  options: ReturnType<typeof readOptions>,
  config: ReturnType<typeof readConfig>,
  thread: CountingThread,
): Promise<void> {
  const key = config.apiKey ?? developmentKey(config.dataDir);
  const isNew = (await thread.engines.log.last('events', 0)) === undefined;
  const tracing = await Tracing.start(config, 'standalone');
  const app = await createHttpApp(
    StandaloneModule.answering(config, readKeys(config, key), thread, tracing),
    config,
    tracing,
  );
  const hasDashboard = await serveDashboard(app);
  serveOpenApi(app);
  endOnSignal(app);
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    // The loops are running by now; they end before the engines do.
    await app.close();
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1');

  let synthetic: Synthetic | undefined;
  app.get(Shutdown).at('intake', 'synthetic restaurants', async () => synthetic?.stop());
  if (!options.isEmpty) {
    // Another seed at every start: the same one would send the same event ids, and they would be duplicates.
    const seed = Math.floor(Date.now() / 1000) % 2 ** 31;
    synthetic = startSynthetic({ url, key, seed, backfillMinutes: isNew ? 90 : 0 });
  }
  const page = hasDashboard ? `${url}/#key=${key}` : 'not built: npm run build';
  process.stdout.write(
    [
      '',
      `Ticketrail is ready at ${url}`,
      `  dashboard        ${page}`,
      config.apiKey === undefined
        ? `  development key  ${key}`
        : `  key              TICKETRAIL_API_KEY, of tenant ${config.tenant}`,
      `  data             ${config.dataDir}`,
      options.isEmpty
        ? '  restaurants      none (--empty): post events to /v1/events'
        : '  restaurants      synthetic: 40 of a chain, 12 in Ontario',
      `  stop             Ctrl-C`,
      '',
      '',
    ].join('\n'),
  );
}

endOnUnhandledErrors();
main().catch((error: unknown) => leaveAfterFailedStart('Ticketrail', error));
