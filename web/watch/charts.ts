// Charts of a page, each in a figure of its own that is made once and drawn again when its data changes.
import type { Chart, LineChart } from '../chart-data';
import { element } from './dom';

declare const HoneCharts: { show(element: HTMLElement, chart: Chart): void; drop(element: HTMLElement): void };

const drawn = new Map<string, string>();

/** Draws a chart under a heading, within the container. */
export function chart(container: HTMLElement, title: string, data: LineChart, low = true): void {
  const id = `chart-${container.id}-${title}`;
  let place = document.getElementById(id);
  if (place === null) {
    place = element('div', { class: low ? 'chart low' : 'chart', id, role: 'img', 'aria-label': title });
    container.append(element('figure', {}, element('figcaption', {}, title), place));
  }

  // Redrawing takes a tooltip away from under the reader's pointer, so it waits for a change.
  const text = JSON.stringify(data);
  if (drawn.get(id) !== text) {
    drawn.set(id, text);
    HoneCharts.show(place, data);
  }
}

/** Takes the charts away whose titles are no longer wanted. */
export function keep(container: HTMLElement, titles: string[]): void {
  for (const figure of [...container.children]) {
    const place = figure.querySelector<HTMLElement>('.chart')!;
    const title = place.getAttribute('aria-label')!;
    if (!titles.includes(title)) {
      HoneCharts.drop(place);
      drawn.delete(place.id);
      figure.remove();
    }
  }
}

/** The metrics that tell most, in the order in which they are shown, and what they are called. */
export const named: Record<string, string> = {
  reward: 'Reward', correct: 'Right answers (share)', format_ok: 'Right format (share)', anll: 'ANLL (nats per token)', entropy: 'Entropy (nats)',
  length: 'Length (tokens)', truncated: 'Truncated (share)', zero_variance: 'Groups without variance (share)', loss: 'Loss',
  grad_norm: 'Gradient norm', kl: 'KL', ratio_deviation: 'Ratio deviation', clip_low: 'Clipped low (share)', clip_high: 'Clipped high (share)',
};

/** A run's curves by what they are called; mean_logprob turned into ANLL. */
export function curves(values: Record<string, (number | null)[]>): Map<string, (number | null)[]> {
  const all: Record<string, (number | null)[]> = { ...values };
  if (all.mean_logprob !== undefined) {
    all.anll = all.mean_logprob.map(value => value === null ? null : -value);
    delete all.mean_logprob;
  }

  const names = [...Object.keys(named).filter(name => name in all), ...Object.keys(all).filter(name => !(name in named)).sort()];
  return new Map(names.filter(name => all[name]!.some(value => value !== null)).map(name => [named[name] ?? name, all[name]!]));
}
