/** The same column with room for more; what it had no room for is 0. */
export function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer>;
export function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer>;
export function grown(column: Float64Array | Int32Array, length: number): Float64Array | Int32Array {
  const larger = column instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  larger.set(column);
  return larger;
}
