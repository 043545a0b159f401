import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CHECKED_IN, makeOpenApiDocument } from './openapi-document.js';

test('docs/openapi.json is what the code serves; `npm run openapi` writes it', async () => {
  expect(JSON.parse(readFileSync(CHECKED_IN, 'utf8'))).toEqual(JSON.parse(await makeOpenApiDocument()));
});
