// Prints the rows of a Parquet file as JSON lines, read by hyparquet: a reader in JavaScript that shares no code with DuckDB.
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

function json(value) {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

const file = await asyncBufferFromFile(process.env.HONE_PARQUET_FILE);
for (const row of await parquetReadObjects({ file, compressors })) {
  console.log(json(row));
}
