/**
 * The cheapest assignment of rows to different columns: for each row its column, or `undefined` where it
 * stays idle, which costs `idleCost`; `Infinity` is forbidden. Kuhn's Hungarian method by shortest
 * augmenting paths (Jonker and Volgenant 1987), O(n³).
 */
export function assign(
  costs: readonly (readonly number[])[],
  idleCost: number,
): (number | undefined)[] {
  const rows = costs.length;
  const columns = Math.max(0, ...costs.map((row) => row.length));
  // Each row has a column of its own to be idle in.
  const costOf = (row: number, column: number) =>
    column < columns ? (costs[row]?.[column] ?? Number.POSITIVE_INFINITY) : idleCost;
  const columnOf = solve(rows, columns + rows, costOf);
  return columnOf.map((column) => (column < columns ? column : undefined));
}

/** Each row's column. Potentials keep reduced costs at 0 or more; one row is added at a time. */
function solve(
  rows: number,
  columns: number,
  costOf: (row: number, column: number) => number,
): number[] {
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  /** 1-based; 0 is none. */
  const rowAt = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) augment(row);
  const columnOf: number[] = new Array(rows).fill(0);
  for (let column = 1; column <= columns; column++) {
    const row = rowAt[column] as number;
    if (row > 0) columnOf[row - 1] = column - 1;
  }
  return columnOf;

  function augment(row: number): void {
    rowAt[0] = row;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Int32Array(columns + 1);
    const isUsed = new Uint8Array(columns + 1);
    let column = 0;
    while (rowAt[column] !== 0) {
      isUsed[column] = 1;
      column = step(column, { least, cameFrom, isUsed });
    }
    while (column !== 0) {
      const before = cameFrom[column] as number;
      rowAt[column] = rowAt[before] as number;
      column = before;
    }
  }

  function step(
    column: number,
    { least, cameFrom, isUsed }: { least: Float64Array; cameFrom: Int32Array; isUsed: Uint8Array },
  ): number {
    const row = rowAt[column] as number;
    let delta = Number.POSITIVE_INFINITY;
    let next = 0;
    for (let to = 1; to <= columns; to++) {
      if (isUsed[to] === 1) continue;
      const potentials = (rowPotential[row] as number) + (columnPotential[to] as number);
      const reduced = costOf(row - 1, to - 1) - potentials;
      if (reduced < (least[to] as number)) {
        least[to] = reduced;
        cameFrom[to] = column;
      }
      if ((least[to] as number) < delta) {
        delta = least[to] as number;
        next = to;
      }
    }
    for (let to = 0; to <= columns; to++) {
      if (isUsed[to] === 1) {
        const at = rowAt[to] as number;
        rowPotential[at] = (rowPotential[at] as number) + delta;
        columnPotential[to] = (columnPotential[to] as number) - delta;
      } else least[to] = (least[to] as number) - delta;
    }
    return next;
  }
}
