/** The same column with room for more; what it had no room for is 0. */
export function grown(column: Float64Array, length: number): Float64Array<ArrayBuffer>;
export function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer>;
export function grown(column: Float64Array | Int32Array, length: number): Float64Array | Int32Array {
  const larger = column instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  larger.set(column);
  return larger;
}

// Loops, since calling a function for each of some million values takes ten times as long.
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

export function greatestOf(values: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > greatest) greatest = values[i]!;
  return greatest;
}
