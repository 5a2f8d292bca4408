import type { LineChart } from '../chart-data';
import { chart, curves, keep } from './charts';
import { age, byId, element, fill, head, interval, number, percent, say } from './dom';
import { stepText } from './list';
import { poll } from './poll';
import type { Evaluation, Ranking, Rollouts, Run, RunHead } from './types';

const tableRows = 20;

/** One run. */
export function run(name: string): void {
  let last: Run | null = null;
  poll<Run>(() => `/api/runs/${encodeURIComponent(name)}`, data => {
    last = data;
    facts(data);
    training(data);
    ranking(data.ranking);
    evaluations(data.evals);
    say('rollouts', rolloutsText(data.rollouts, data.bad_lines));
  });
  setInterval(() => { if (last !== null && !document.hidden) { facts(last); } }, 5000);
}

/** The tag beside the heading. */
export function state(run: RunHead): void {
  say('state', run.state);
  byId('state').className = `tag ${run.state === 'running' ? 'good' : run.state === 'stale' ? 'warn' : ''}`;
}

function facts(run: Run): void {
  const pick = run.ranking?.checkpoints.find(row => row.step === run.ranking!.pick);
  state(run);
  say('run-trouble', run.trouble);
  byId('facts').replaceChildren(...([
    ['Step', stepText(run)], ['Last reward', number(run.reward)], ['Held-out accuracy', percent(run.accuracy)],
    ['Pick so far', pick === undefined ? '-' : `step ${pick.step}`], ['Probability of being best', percent(pick?.probability_best)],
    ['Last change', age(run.changed)],
  ] as [string, string][]).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
}

function training(run: Run): void {
  const { steps, values, steps_per_point } = run.metrics;
  const place = byId('curves'), all = curves(values);
  keep(place, [...all.keys()]);
  const xName = steps_per_point > 1 ? `step (each point the mean of ${steps_per_point})` : 'step';
  all.forEach((y, title) => chart(place, title, { kind: 'line', xName, yName: '', x: steps, series: [{ name: title, y, main: true }] }));
  const names = Object.keys(values);
  head('metrics', ['Step', ...names]);
  fill('metrics', steps.map((step, i) => [String(step), ...names.map(name => number(values[name]![i]))]).slice(-tableRows).reverse());
}

function ranking(ranking: Ranking | null): void {
  const rows = ranking?.checkpoints ?? [], latest = [...rows].reverse();
  say('method', ranking?.method ?? null);
  say('differences', ranking?.differences ?? null);
  say('ranking-note', ranking === null ? 'There are no rollouts to rank yet.' : ranking.note);
  fill('ranking', latest.map(row => [
    String(row.step), number(row.score), interval(row.low, row.high), percent(row.probability_best), number(row.hard), number(row.samples),
    number(row.train_reward), percent(row.truncated),
  ]), i => latest[i]!.step === ranking!.pick);
  byId('diagnoses').hidden = !ranking?.diagnoses.length;
  byId('diagnoses').querySelector('ul')!.replaceChildren(...(ranking?.diagnoses ?? []).map(found => element('li', {},
    element('span', { class: `tag ${found.severity === 'serious' ? 'bad' : found.severity === 'warning' ? 'warn' : 'good'}` }, found.severity),
    ` ${found.message} `, element('em', {}, found.next_step))));
  byId('warnings').hidden = !ranking?.warnings.length;
  byId('warnings').querySelector('ul')!.replaceChildren(...(ranking?.warnings ?? []).map(text => element('li', {}, text)));
  if (rows.some(row => row.score !== null)) {
    chart(byId('scores'), 'Score by checkpoint', scoreChart(rows, ranking!.pick), false);
  }
}

function scoreChart(rows: Ranking['checkpoints'], pick: number | null): LineChart {
  const best = rows.find(row => row.step === pick);
  return {
    kind: 'line', xName: 'step', yName: 'mean reward', x: rows.map(row => row.step),
    series: [
      { name: 'UGCS score with 95 % interval', y: rows.map(row => row.score), low: rows.map(row => row.low), high: rows.map(row => row.high), main: true },
      { name: 'Training reward of the window', y: rows.map(row => row.train_reward) },
    ],
    stars: best === undefined || best.score === null ? [] : [{ x: best.step, y: best.score, name: 'Pick so far' }],
  };
}

function evaluations(evals: Evaluation[]): void {
  byId('evaluations').hidden = evals.length === 0;
  if (evals.length === 0) { return; }
  fill('evals', [...evals].sort((a, b) => b.step - a.step).map(row =>
    [String(row.step), row.data_set, percent(row.accuracy), interval(row.low, row.high, percent), number(row.prompts)]));
  const x = [...new Set(evals.map(row => row.step))].sort((a, b) => a - b);
  const sets = [...new Set(evals.map(row => row.data_set))];
  const at = (set: string, read: (row: Evaluation) => number | null): (number | null)[] =>
    x.map(step => { const row = evals.find(each => each.step === step && each.data_set === set); return row === undefined ? null : read(row); });
  chart(byId('accuracy'), 'Accuracy by step', {
    kind: 'line', xName: 'step', yName: 'accuracy', x,
    series: sets.map((set, i) => ({
      name: set || 'held out', y: at(set, row => row.accuracy), low: at(set, row => row.low), high: at(set, row => row.high), main: i === 0,
    })),
  }, false);
}

/** What is known of the rollouts' files in a line. */
export function rolloutsText(rollouts: Rollouts, otherBadLines = 0): string {
  const indexing = rollouts.indexed_bytes < rollouts.bytes ? `, ${percent(rollouts.indexed_bytes / rollouts.bytes)} of their files read` : '';
  const badLines = rollouts.bad_lines + otherBadLines;
  const bad = badLines > 0 ? `, ${number(badLines)} lines could not be read` : '';
  return [`${number(rollouts.count)} rollouts indexed${indexing}${bad}.`, rollouts.problem ?? '', ...rollouts.findings].join(' ').trim();
}
