import { chart, curves, keep } from './charts';
import { byId, element, fill, interval, number, percent, runPath } from './dom';
import { poll } from './poll';
import type { Run } from './types';

const mostRuns = 6;

/** Several runs over each other; which ones stands in the address. */
export function compare(): void {
  const chosen = new URLSearchParams(location.search).getAll('run').slice(0, mostRuns);
  const runs = new Map<string, Run>();
  for (const name of chosen) {
    poll<Run>(() => `/api/runs/${encodeURIComponent(name)}`, run => {
      runs.set(name, run);
      show(chosen.flatMap(each => runs.get(each) ?? []));
    });
  }
}

function show(runs: Run[]): void {
  fill('picks', runs.map(run => {
    const pick = run.ranking?.checkpoints.find(row => row.step === run.ranking!.pick);
    return [
      element('a', { href: runPath(run.name) }, run.name), String(run.step), number(run.reward), percent(run.accuracy),
      pick === undefined ? '-' : `step ${pick.step}`, number(pick?.score), interval(pick?.low ?? null, pick?.high ?? null), percent(pick?.probability_best),
    ];
  }));
  const all = runs.map(run => ({ name: run.name, steps: run.metrics.steps, curves: curves(run.metrics.values) }));
  for (const run of runs.filter(each => (each.ranking?.checkpoints.length ?? 0) > 0)) {
    const place = all.find(each => each.name === run.name)!;
    place.curves = new Map([['UGCS score', spread(place.steps, run.ranking!.checkpoints)], ...place.curves]);
  }

  const titles = [...new Set(all.flatMap(run => [...run.curves.keys()]))];
  const place = byId('curves');
  keep(place, titles);
  const x = [...new Set(all.flatMap(run => run.steps))].sort((a, b) => a - b);
  for (const title of titles) {
    chart(place, title, {
      kind: 'line', xName: 'step', yName: '', x,
      series: all.filter(run => run.curves.has(title)).map(run => ({ name: run.name, y: along(x, run.steps, run.curves.get(title)!) })),
    });
  }
}

// The scores at a run's steps: those of its checkpoints, straight lines between.
const spread = (steps: number[], rows: { step: number; score: number | null }[]): (number | null)[] =>
  along(steps, rows.map(row => row.step), rows.map(row => row.score));

/** Values at other steps than their own: on the straight line between the two beside, and none outside. */
export function along(x: number[], steps: number[], y: (number | null)[]): (number | null)[] {
  const known = steps.flatMap((step, i) => y[i] === null || y[i] === undefined ? [] : [[step, y[i]!] as [number, number]]);
  let i = 0;
  return x.map(step => {
    while (i < known.length && known[i]![0] < step) { i++; }
    const next = known[i], before = known[i - 1];
    return next === undefined ? null : next[0] === step ? next[1]
      : before === undefined ? null : before[1] + (next[1] - before[1]) * (step - before[0]) / (next[0] - before[0]);
  });
}
