/** Prepares the engines of a cluster once: streams, schema, the epoch of the log. Ends with 0; running it again changes nothing. */
import { prepareCluster, waitForEngines } from '@ticketrail/engines/cluster';
import { leaveAfterFailedStart, readConfig } from '@ticketrail/runtime';

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { epoch, partitions } = await waitForEngines(
    () => prepareCluster(config),
    config.cluster.enginesWaitMs,
    (reason) => say(`waiting for the engines: ${reason}`),
  );
  say(`the engines are prepared: epoch ${epoch} of a log of ${partitions} partitions`);
  process.exit(0);
}

main().catch((error: unknown) => leaveAfterFailedStart('The migrator', error));
