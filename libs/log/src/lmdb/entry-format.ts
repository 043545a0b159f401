/**
 * How the log lies in LMDB.
 *
 *     key    stream (1 byte: 1 ingest, 2 events) · partition (4 bytes) · seq (8 bytes), all big-endian, so that keys sort by seq
 *     value  time (8 bytes, float64) · length of id in bytes (2 bytes) · id · body, both UTF-8
 *
 * Keys that begin with 0 describe the log itself.
 */
import type { Entry, Message, StreamName } from '@ticketrail/pipeline';

export type DurableStream = Exclude<StreamName, 'rows'>;

const streamBytes: Record<DurableStream, number> = { ingest: 1, events: 2 };
const headerBytes = 10;
const idBytesMax = 0xffff;
const twoTo32 = 0x1_0000_0000;

export const identityKey = Buffer.from('\0identity');
export const formatKey = Buffer.from('\0format');

/** Key of the record that holds the highest sequence trimmed. */
export function trimmedKey(stream: DurableStream, partition: number): Buffer {
  const key = Buffer.alloc(6);
  key.writeUInt8(streamBytes[stream], 1);
  key.writeUInt32BE(partition, 2);
  return key;
}

export function entryKey(stream: DurableStream, partition: number, seq: number): Buffer {
  const key = Buffer.allocUnsafe(13);
  key.writeUInt8(streamBytes[stream], 0);
  key.writeUInt32BE(partition, 1);
  key.writeUInt32BE(Math.floor(seq / twoTo32), 5);
  key.writeUInt32BE(seq % twoTo32, 9);
  return key;
}

export function seqOfKey(key: Buffer): number {
  return key.readUInt32BE(5) * twoTo32 + key.readUInt32BE(9);
}

export function encodeSeq(seq: number): Buffer {
  const value = Buffer.allocUnsafe(8);
  value.writeDoubleBE(seq, 0);
  return value;
}

/** Throws RangeError when the id is longer than 65,535 bytes. */
export function encodeEntry(message: Message, time: number): Buffer {
  const idBytes = Buffer.byteLength(message.id);
  if (idBytes > idBytesMax)
    throw new RangeError(`A message id of ${idBytes} bytes; at most ${idBytesMax} are possible`);
  const value = Buffer.allocUnsafe(headerBytes + idBytes + Buffer.byteLength(message.body));
  value.writeDoubleBE(time, 0);
  value.writeUInt16BE(idBytes, 8);
  value.write(message.id, headerBytes, 'utf8');
  value.write(message.body, headerBytes + idBytes, 'utf8');
  return value;
}

export function decodeEntry(seq: number, value: Buffer): Entry {
  const bodyStart = headerBytes + value.readUInt16BE(8);
  return {
    seq,
    time: value.readDoubleBE(0),
    id: value.toString('utf8', headerBytes, bodyStart),
    body: value.toString('utf8', bodyStart, value.length),
  };
}
