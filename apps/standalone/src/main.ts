/** Ticketrail as one process: `npm start`. */
import { startSynthetic, type Synthetic } from '@ticketrail/generator';
import { serveDashboard } from '@ticketrail/api';
import { type Engines, openEmbedded } from '@ticketrail/engines';
import {
  createHttpApp,
  endOnSignal,
  endOnUnhandledErrors,
  leaveAfterFailedStart,
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
  const engines = await openEmbedded(config);
  try {
    await serve(options, config, engines);
  } catch (error) {
    await engines.close();
    throw error;
  }
}

async function serve(
  options: ReturnType<typeof readOptions>,
  config: ReturnType<typeof readConfig>,
  engines: Engines,
): Promise<void> {
  const key = config.apiKey ?? developmentKey(config.dataDir);
  const isNew = (await engines.log.last('events', 0)) === undefined;
  const tracing = await Tracing.start(config, 'standalone');
  const app = await createHttpApp(
    StandaloneModule.with(config, readKeys(config, key), engines, tracing),
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
