/** The OpenAPI document of everything this process serves, as text. `node dist/openapi-document.js` writes it to docs/openapi.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '@ticketrail/engines';
import { createHttpApp, Keys, openApiOf, readConfig } from '@ticketrail/runtime';
import { StandaloneModule } from './standalone.module.js';

export const CHECKED_IN = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));

export async function makeOpenApiDocument(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ticketrail-openapi-'));
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' });
  const engines = await openEmbedded(config);
  try {
    const keys = new Keys([{ tenant: config.tenant, key: 'unused-key' }]);
    const app = await createHttpApp(StandaloneModule.with(config, keys, engines), config);
    return `${JSON.stringify(openApiOf(app), null, 2)}\n`;
  } finally {
    await engines.close();
    rmSync(dataDir, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(CHECKED_IN, await makeOpenApiDocument());
