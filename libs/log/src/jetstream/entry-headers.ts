/**
 * How a message of the log travels in a NATS message.
 *
 * The body is the payload as it is. `Nats-Msg-Id` must be unique over the stream for the server to recognise a message that
 * is sent again, and ids are unique on a partition only, so the partition stands before it. Rows are another matter: one that
 * is made again under an old id says something new. Their ids have a header of their own.
 */
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { Entry, Head, Message, StreamName } from '@ticketrail/pipeline';

const msgIdHeader = 'Nats-Msg-Id';
const rowsIdHeader = 'Ticketrail-Id';
/** W3C Trace Context, as in HTTP. */
const traceHeader = 'traceparent';
const summaryHeader = 'Ticketrail-Summary';
const expectedLastHeader = 'Nats-Expected-Last-Subject-Sequence';

/**
 * @param attemptId unique to one call of `append`, for streams whose ids may come again
 */
export function headersOf(
  stream: StreamName,
  partition: number,
  { id, trace, summary }: Pick<Message, 'id' | 'trace' | 'summary'>,
  attemptId: string,
  expectedLastSeq: number | undefined,
): MsgHdrs {
  const fields = headers();
  if (stream === 'rows') {
    fields.set(msgIdHeader, `${partition}.${attemptId}`);
    fields.set(rowsIdHeader, id);
  } else {
    fields.set(msgIdHeader, `${partition}.${id}`);
  }
  if (trace !== undefined) fields.set(traceHeader, trace);
  if (summary !== undefined) fields.set(summaryHeader, summary);
  if (expectedLastSeq !== undefined) fields.set(expectedLastHeader, String(expectedLastSeq));
  return fields;
}

/** The message id of what `headersOf` made. */
export function idOf(stream: StreamName, fields: MsgHdrs | undefined): string {
  if (stream === 'rows') return fields?.get(rowsIdHeader) ?? '';
  const id = fields?.get(msgIdHeader) ?? '';
  return id.slice(id.indexOf('.') + 1);
}

/** The trace of what `headersOf` made, where it has one, to be spread into an entry. */
export function traceOf(fields: MsgHdrs | undefined): Pick<Entry, 'trace'> {
  const trace = fields?.get(traceHeader) ?? '';
  return trace === '' ? {} : { trace };
}

/** What the server knows about a message that it delivers to a consumer. */
export interface Delivery {
  readonly seq: number;
  /** Counts what this consumer was sent, from 1 and without holes. */
  readonly deliverySeq: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/**
 * Reads the reply subject of a delivered message (ADR-15 of nats-architecture-and-design):
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<nanoseconds>.<pending>`, and with two more tokens
 * (domain, account) before the stream in newer servers.
 */
export function deliveryOf(reply: string): Delivery {
  const tokens = reply.split('.');
  const offset = tokens.length === 9 ? 0 : 2;
  return {
    seq: Number(tokens[5 + offset]),
    deliverySeq: Number(tokens[6 + offset]),
    // Nanoseconds do not fit a number; milliseconds are what is left without the last six digits.
    time: Number(tokens[7 + offset]?.slice(0, -6)),
  };
}

/** What of a message a consumer delivers, and what its reader makes of that. */
export interface DeliveryForm<E extends Head> {
  readonly isHeadersOnly: boolean;
  readonly read: (stream: StreamName, message: Msg, delivery: Delivery) => E;
}

export const WHOLE: DeliveryForm<Entry> = { isHeadersOnly: false, read: entryOf };
export const HEADS: DeliveryForm<Head> = { isHeadersOnly: true, read: headOf };

function entryOf(stream: StreamName, message: Msg, { seq, time }: Delivery): Entry {
  const { headers: fields } = message;
  return { seq, time, id: idOf(stream, fields), body: message.string(), ...traceOf(fields) };
}

function headOf(stream: StreamName, message: Msg, { seq, time }: Delivery): Head {
  const { headers: fields } = message;
  const head = { seq, time, id: idOf(stream, fields), ...traceOf(fields) };
  return fields?.has(summaryHeader) ? { ...head, summary: fields.get(summaryHeader) } : head;
}
