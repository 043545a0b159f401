import { eventLogContract } from '@ticketrail/pipeline/contract';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { NatsFixture } from './nats.fixture.js';

/** The suite takes a partition of its own for each of its tests. */
const partitions = 256;

eventLogContract('JetStreamEventLog', async () => {
  const nats = await NatsFixture.start();
  const log = await JetStreamEventLog.create(await nats.connect(), { partitions });
  return {
    log,
    reopen: async () => {
      await nats.disconnect();
      await nats.restart();
      return JetStreamEventLog.open(await nats.connect());
    },
    close: () => nats.end(),
  };
});
