// The same score by DuckDB: for each checkpoint, the mean reward of the hardest 3 % of the completions of its window.
// Usage: node duckdb_rank.mjs LOG.jsonl WINDOW CHECKPOINT,CHECKPOINT,...
import { DuckDBInstance } from '@duckdb/node-api';

const [log, window, checkpoints] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(`
  WITH rows AS (
    SELECT step, score, mean_logprob FROM read_json('${log.replaceAll("'", "''")}', format = 'newline_delimited',
      columns = {input: 'VARCHAR', output: 'VARCHAR', score: 'DOUBLE', step: 'INTEGER', uid: 'VARCHAR', mean_logprob: 'DOUBLE'})),
  windows AS (
    SELECT c.step AS checkpoint, rows.score,
      row_number() OVER (PARTITION BY c.step ORDER BY rows.mean_logprob) AS hardness,
      count(*) OVER (PARTITION BY c.step) AS n
    FROM (SELECT unnest([${checkpoints}]) AS step) c JOIN rows ON rows.step > c.step - ${window} AND rows.step <= c.step)
  SELECT checkpoint, avg(score) AS score, count(*) AS hard FROM windows
  WHERE hardness <= greatest(1, floor(0.03 * n)) GROUP BY checkpoint ORDER BY checkpoint`);
for (const [step, score, hard] of reader.getRows()) {
  console.log(`${step} ${score} ${hard}`);
}
