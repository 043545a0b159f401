/** Bytes of one chunk: many values fit, and few chunks are allocated. */
export const chunkBytes = 1 << 20;
/** Chunks that are kept when an arena is cleared: 32 MiB, which hold more than a sync is meant to take. */
const spareChunksMax = 32;

/**
 * Memory for many values that go together. V8 counts the bytes of array buffers, and once they have grown by 64 MB it
 * collects garbage bit by bit at every further allocation; so values that stay for seconds lie in a few large chunks,
 * which are used again.
 *
 * A value is named by its position, a whole number. What `at` hands out is a view: it is right until the value is
 * overwritten or the arena is cleared.
 */
export class ByteArena {
  private chunks: Buffer[] = [];
  private spare: Buffer[] = [];
  /** The chunk that is being filled, and how much of it is taken. */
  private current = -1;
  private filled = chunkBytes;

  /** Room for `bytes`: their position. What is larger than a chunk gets a chunk of its own, which is not kept. */
  reserve(bytes: number): number {
    if (bytes > chunkBytes) return (this.chunks.push(Buffer.allocUnsafeSlow(bytes)) - 1) * chunkBytes;
    if (this.filled + bytes > chunkBytes) {
      this.current = this.chunks.push(this.spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)) - 1;
      this.filled = 0;
    }
    const position = this.current * chunkBytes + this.filled;
    this.filled += bytes;
    return position;
  }

  /** Copies `bytes` to a position that was reserved for as many or more. */
  write(position: number, bytes: Uint8Array): void {
    this.chunkOf(position).set(bytes, position % chunkBytes);
  }

  at(position: number, length: number): Buffer {
    const start = position % chunkBytes;
    return this.chunkOf(position).subarray(start, start + length);
  }

  /** Gives up all values: their memory is used for the next. Nobody may read or store them any more. */
  clear(): void {
    for (const chunk of this.chunks) {
      if (chunk.length === chunkBytes && this.spare.length < spareChunksMax) this.spare.push(chunk);
    }
    this.chunks = [];
    this.current = -1;
    this.filled = chunkBytes;
  }

  private chunkOf(position: number): Buffer {
    return this.chunks[Math.floor(position / chunkBytes)] as Buffer;
  }
}
