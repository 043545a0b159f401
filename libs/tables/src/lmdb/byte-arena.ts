/** Bytes of one chunk: many values fit, and few chunks are allocated. */
export const chunkBytes = 1 << 20;
/** Chunks that are kept when an arena is cleared: 32 MiB, which hold more than a sync is meant to take. */
const spareChunksMax = 32;

interface Chunk {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/**
 * Memory for many values that go together. V8 counts the bytes of array buffers, and once they have grown by 64 MB it
 * collects garbage bit by bit at every further allocation; so values that stay for seconds lie in a few large chunks,
 * which are used again.
 *
 * A value is written where it stays: `begin`, `room` before each part of it, `end`. It is then named by its chunk and
 * offset. What `at` hands out is a view: it is right until the arena is cleared.
 */
export class ByteArena {
  /** Of the value that was begun or ended last: the number of its chunk, and its first byte in it. */
  chunk = -1;
  start = 0;
  /** Where the next value may begin. */
  private filled = 0;
  private chunks: Chunk[] = [];
  private spare: Chunk[] = [];
  private current: Chunk = { bytes: Buffer.alloc(0), view: new DataView(new ArrayBuffer(0)) };

  /** The chunk that the value begun is written to: another one may be after a call of `room`. */
  get bytes(): Buffer {
    return this.current.bytes;
  }

  get view(): DataView {
    return this.current.view;
  }

  /** Begins a value, in place of one that was not ended: where its first byte goes. */
  begin(): number {
    this.start = this.filled;
    return this.start;
  }

  /** Makes room for `bytes` more of the value, of which all before `position` is written: where it goes on. */
  room(position: number, bytes: number): number {
    return position + bytes <= this.current.bytes.length ? position : this.move(position, bytes);
  }

  /** Ends the value before `position`: its length. */
  end(position: number): number {
    this.filled = position;
    return position - this.start;
  }

  at(chunk: number, start: number, length: number): Buffer {
    return (this.chunks[chunk] as Chunk).bytes.subarray(start, start + length);
  }

  /** Gives up all values: their memory is used for the next. Nobody may read or store them any more. */
  clear(): void {
    for (const chunk of this.chunks) {
      if (chunk.bytes.length === chunkBytes && this.spare.length < spareChunksMax) this.spare.push(chunk);
    }
    this.chunks = [];
    this.current = chunkOf(0);
    this.chunk = -1;
    this.filled = 0;
  }

  /** Goes on with the value in a chunk of its own, which others follow; it is only kept if it has the usual length. */
  private move(position: number, bytes: number): number {
    const length = position - this.start;
    const enough = length + bytes;
    const { bytes: before } = this.current;
    this.current = enough > chunkBytes ? chunkOf(2 * enough) : (this.spare.pop() ?? chunkOf(chunkBytes));
    this.current.bytes.set(before.subarray(this.start, position));
    this.chunk = this.chunks.push(this.current) - 1;
    this.start = 0;
    return length;
  }
}

function chunkOf(length: number): Chunk {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) };
}
