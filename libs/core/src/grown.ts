type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** The same column with room for `length` values, at least as many as it had; what it had no room for is 0. */
export function grown<Grown extends Column>(column: Grown, length: number): Grown {
  const larger = new (column.constructor as new (length: number) => Grown)(length);
  larger.set(column);
  return larger;
}
