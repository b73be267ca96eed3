import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import { METRICS, type Metric } from '../../contract/metric.ts';
import type { LinePoint } from '../../domain/line-protocol.ts';

/** DuckDB's vector size: a chunk holds no more rows. */
const CHUNK_ROWS = 2048;

/** A point with its place in the order of writing, which tells the last written of one time. */
export interface Row extends LinePoint {
  seq: bigint;
}

interface Column {
  name: string;
  type: DuckDBType;
  valueIn(row: Row): DuckDBValue;
}

const FIXED: readonly Column[] = [
  { name: 'site', type: VARCHAR, valueIn: ({ site }) => site },
  { name: 'device', type: VARCHAR, valueIn: ({ device }) => device },
  { name: 'ts', type: BIGINT, valueIn: ({ ts }) => BigInt(ts) },
  { name: 'seq', type: BIGINT, valueIn: ({ seq }) => seq },
];

/** The wide table of one kind: `site`, `device`, `ts` (ms), `seq`, and a column a metric. */
export class PointTable {
  readonly name: string;
  readonly #columns: readonly Column[];

  private constructor(name: string, columns: readonly Column[]) {
    this.name = name;
    this.#columns = columns;
  }

  /** Makes the table where it is absent, and the columns of metrics that have come since. */
  static async open(connection: DuckDBConnection, kind: string): Promise<PointTable> {
    const name = `${kind}_point`;
    const known = new Map(columnsOf(kind).map((column) => [column.name, column]));
    const definitions = [...known.values()].map((column) => `${quote(column.name)} ${column.type}`);
    await connection.run(`CREATE TABLE IF NOT EXISTS ${quote(name)} (${definitions.join(', ')})`);
    const present = await storedColumns(connection, name);
    const added = [...known.keys()].filter((column) => !present.includes(column));
    for (const column of added) {
      const { type } = known.get(column) as Column;
      await connection.run(`ALTER TABLE ${quote(name)} ADD COLUMN ${quote(column)} ${type}`);
    }
    const columns = [...present, ...added].map((column) => known.get(column) ?? retired(column));
    return new PointTable(name, columns);
  }

  /**
   * Appends by column vectors: a statement with the values as literals takes half a gigabyte to parse,
   * which no memory limit covers.
   */
  async append(connection: DuckDBConnection, rows: readonly Row[]): Promise<void> {
    const appender = await connection.createAppender(this.name);
    try {
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        appender.appendDataChunk(this.#chunkOf(rows.slice(start, start + CHUNK_ROWS)));
      }
    } finally {
      appender.closeSync();
    }
  }

  #chunkOf(rows: readonly Row[]): DuckDBDataChunk {
    const types = this.#columns.map(({ type }) => type);
    const chunk = DuckDBDataChunk.create(types, rows.length);
    this.#columns.forEach(({ valueIn }, index) => {
      chunk.setColumnValues(index, rows.map(valueIn));
    });
    return chunk;
  }
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** In the order of the file, where a metric that came later stands last. */
async function storedColumns(connection: DuckDBConnection, table: string): Promise<string[]> {
  const text =
    'SELECT column_name AS name FROM duckdb_columns() WHERE table_name = $table ORDER BY column_index';
  const reader = await connection.runAndReadAll(text, { table });
  return reader.getRowObjectsJS().map(({ name }) => String(name));
}

function columnsOf(kind: string): Column[] {
  const metrics = [...METRICS.values()].filter(({ kinds }) => kinds.some((one) => one === kind));
  return [...FIXED, ...metrics.map(metricColumn)];
}

function metricColumn({ key, type }: Metric): Column {
  const duckdbType = typeOf(type);
  return {
    name: key,
    type: duckdbType,
    valueIn: ({ fields }) => (Object.hasOwn(fields, key) ? (fields[key] as DuckDBValue) : null),
  };
}

function typeOf(type: Metric['type']): DuckDBType {
  if (type === 'bool') return BOOLEAN;
  return type === 'enum' || type === 'flags' || type === 'text' ? VARCHAR : DOUBLE;
}

/** A column whose metric the catalogue no longer has. */
function retired(name: string): Column {
  return { name, type: VARCHAR, valueIn: () => null };
}
