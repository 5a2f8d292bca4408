import { age, byId, element, fill, number, percent, runPath, say } from './dom';
import { poll } from './poll';
import type { RunHead, RunList } from './types';

export const stateTag = (run: RunHead): HTMLElement =>
  element('span', { class: `tag ${run.state === 'running' ? 'good' : run.state === 'stale' ? 'warn' : ''}` }, run.state);

export const stepText = (run: RunHead): string => run.steps === null ? `${run.step}` : `${run.step} of ${run.steps}`;

/** The list of runs. Ages go on while nothing changes. */
export function list(): void {
  let last: RunList | null = null;
  const show = (): void => {
    if (last === null) { return; }
    fill('runs', last.runs.map(run => [
      element('a', { href: runPath(run.name) }, run.name), stateTag(run), stepText(run), number(run.reward), percent(run.accuracy),
      age(run.changed), run.format,
    ]));
    byId('empty').hidden = last.runs.length > 0;
    say('links', last.links_out === 0 ? null : `${last.links_out} folders are links that lead elsewhere; they are not followed.`);
    say('more', last.not_shown === 0 ? null : `Only the ${number(last.runs.length)} runs whose folders were written to last are shown; `
      + `${number(last.not_shown)} folders more were not looked at.`);
  };
  poll<RunList>(() => '/api/runs', data => { last = data; show(); });
  setInterval(() => {
    // A reader who is on a link with the keyboard keeps it.
    if (!document.hidden && !byId('runs').contains(document.activeElement)) { show(); }
  }, 5000);
}
