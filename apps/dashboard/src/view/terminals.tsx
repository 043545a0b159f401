import type { Devices } from '../contract.js';
import { count, timeNear } from '../figures/format.js';
import { missingText } from '../figures/receipt.js';
import { client } from '../live/live.js';
import { Card, Empty } from './card.js';
import { usePolled } from './polled.js';

const READ_EVERY_MS = 10_000;
const SHOWN_MAX = 6;

/** Terminals whose events do not all arrive, and those that say nothing: both before a guest complains. */
export function Terminals() {
  const api = client.value;
  const missing = usePolled(api && (() => api.devicesMissing()), READ_EVERY_MS, [api]);
  const silent = usePolled(api && (() => api.devicesSilent()), READ_EVERY_MS, [api]);
  const error = missing.error ?? silent.error;
  const isQuiet = missing.data?.row_count === 0 && silent.data?.row_count === 0;
  return (
    <Card name="terminals" title="Terminals" about="Those that number their events" report={missing.data}>
      {error && <p class="failure">{error}</p>}
      {isQuiet && <Empty>Every numbered event has come, and no terminal has fallen silent.</Empty>}
      {(missing.data?.row_count ?? 0) > 0 && (
        <List title="Missing events" devices={missing.data!} testId="terminal-missing" text={missingText} />
      )}
      {(silent.data?.row_count ?? 0) > 0 && (
        <List
          title="Silent"
          devices={silent.data!}
          testId="terminal-silent"
          text={(device) => `since ${timeNear(device.silent_since ?? undefined, silent.data!.as_of.log_time)}`}
        />
      )}
    </Card>
  );
}

interface ListProps {
  readonly title: string;
  readonly devices: Devices;
  readonly testId: string;
  readonly text: (device: Devices['rows'][number]) => string;
}

function List({ title, devices, testId, text }: ListProps) {
  const rows = devices.rows.slice(0, SHOWN_MAX);
  return (
    <>
      <h3>
        {title} <span class="muted small">{count(devices.row_count)}</span>
      </h3>
      <ol class="ranked ranked-terminals">
        {rows.map((device) => (
          <li key={`${device.location_id} ${device.device_id}`} data-testid={testId} data-device-id={device.device_id}>
            <span class="clip">
              {device.device_id} <span class="muted small">at {device.location_id}</span>
            </span>
            <strong>{text(device)}</strong>
          </li>
        ))}
      </ol>
    </>
  );
}
