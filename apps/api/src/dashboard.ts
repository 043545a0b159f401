/** Serves the dashboard's built files beside the api, on the same port. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const BUILT = fileURLToPath(new URL('../../dashboard/dist/web/', import.meta.url));

/** Everything the page needs comes from here, and nothing may frame it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Answers whether the page is there: a build without it serves the api alone. */
export async function serveDashboard(app: NestFastifyApplication): Promise<boolean> {
  if (!existsSync(BUILT)) return false;
  // Loaded only where there is a page to serve.
  const { default: fastifyStatic } = await import('@fastify/static');
  await app.register(fastifyStatic, {
    root: BUILT,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Files in assets/ have their content's hash in their names.
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
    },
  });
  return true;
}
