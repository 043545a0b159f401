#!/usr/bin/env node
// Posts a file of events, one JSON object a line, to a running Ticketrail. Lines are sent as they are: what is wrong with one is
// the server's to say, and it keeps what it rejects together with the reason. Running an import again is safe: the server counts
// an event_id once.
import { batches } from './batches.mjs';
import { readLines, sizeOf } from './lines.mjs';
import { HELP, readOptions } from './options.mjs';
import { Delivery } from './delivery.mjs';
import { Problem } from './problem.mjs';
import { Progress } from './progress.mjs';
import { summary } from './summary.mjs';

async function main() {
  const options = await readOptions(process.argv.slice(2), process.env);
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const progress = new Progress(process.stderr, await sizeOf(options.file));
  const delivery = new Delivery(options);
  const startedMs = performance.now();
  process.stdout.write(`Importing ${options.file} into ${options.url}\n`);
  try {
    for await (const batch of batches(readLines(options.file))) {
      await delivery.send(batch);
      progress.show(batch.bytesRead, delivery.outcome);
    }
    await delivery.finish();
  } catch (error) {
    delivery.cancel();
    throw error;
  } finally {
    progress.end();
    process.stdout.write(summary(delivery.outcome, (performance.now() - startedMs) / 1_000));
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Problem ? error.message : (error?.stack ?? error)}\n`);
  process.exitCode = error instanceof Problem ? error.exitCode : 1;
}
