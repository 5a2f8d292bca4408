// A chart's legend as a list above it: it wraps on a narrow screen, and nothing in the chart has to make room for it.
import type { ECharts } from 'echarts/core';
import type { Chart } from './chart-data';
import { range, valueText } from './heat';
import { starPath } from './line';
import { colorOf, dashes, type Theme } from './theme';

const svg = 'http://www.w3.org/2000/svg';

/** Builds the legend before the chart's element, in place of the one that is there. */
export function showLegend(element: HTMLElement, chart: Chart, theme: Theme, drawn: ECharts): void {
  const before = element.previousElementSibling;
  const hidden = new Set<string>();
  if (before?.classList.contains('legend')) {
    before.querySelectorAll<HTMLElement>('[aria-pressed=false]').forEach(button => hidden.add(button.dataset.series!));
    before.remove();
  }

  const list = document.createElement('ul');
  list.className = 'legend';
  for (const [sign, name] of entries(chart, theme)) {
    const item = document.createElement('li');
    const single = chart.kind === 'heat' || chart.series.length < 2 || !chart.series.some(series => series.name === name);
    const label = document.createElement(single ? 'span' : 'button');
    label.append(sign, name);
    if (label instanceof HTMLButtonElement) {
      toggle(label, name, drawn, hidden.has(name));
    }

    item.append(label);
    list.append(item);
  }

  element.before(list);
}

function toggle(button: HTMLButtonElement, name: string, drawn: ECharts, hidden: boolean): void {
  const say = (shown: boolean): void => {
    button.setAttribute('aria-pressed', String(shown));
    drawn.dispatchAction({ type: shown ? 'legendSelect' : 'legendUnSelect', name });
  };
  button.type = 'button';
  button.dataset.series = name;
  button.title = 'Show or hide';
  button.addEventListener('click', () => say(button.getAttribute('aria-pressed') !== 'true'));
  say(!hidden);
}

function entries(chart: Chart, theme: Theme): [SVGElement, string][] {
  if (chart.kind === 'heat') {
    const [low, high] = range(chart);
    return [
      [box(theme.heatLow, 1, theme.muted), `${chart.valueName} ${valueText(chart, low)}`],
      [box(theme.heatHigh, 1, theme.muted), valueText(chart, high)],
      ...(chart.framed === undefined ? [] : [[box('none', 1, theme.text, 3), chart.framed.name] as [SVGElement, string]]),
    ];
  }

  const marks = (chart.marks ?? []).map((mark, i): [SVGElement, string] =>
    [stroke(theme.text, dashes[(i + 1) % dashes.length]!, 1.5, true), mark.name]);
  switch (chart.kind) {
    case 'line': return [
      ...chart.series.map((line, i): [SVGElement, string] =>
        [line.points ? dot(colorOf(theme, i), i) : stroke(colorOf(theme, i), dashes[i % dashes.length]!, line.main ? 3 : 2), line.name]),
      ...(chart.stars ?? []).map((star): [SVGElement, string] => [path(starPath.slice(7), colorOf(theme, 0)), star.name]),
      ...marks,
    ];
    case 'histogram': return [
      ...chart.series.map((series, i): [SVGElement, string] => [box(colorOf(theme, i), i === 0 ? 0.35 : 0.95, colorOf(theme, i)), series.name]),
      ...marks,
    ];
    case 'scatter': return [...chart.series.map((series, i): [SVGElement, string] => [dot(colorOf(theme, i), i), series.name]), ...marks];
  }
}

function sign(name: string, attributes: Record<string, string | number>): SVGElement {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(svg, name);
  Object.entries(attributes).forEach(([key, value]) => shape.setAttribute(key, String(value)));
  picture.append(shape);
  return picture;
}

const stroke = (color: string, dash: string | number[], width: number, upright = false): SVGElement => sign('path', {
  d: upright ? 'M12 1V23' : 'M0 12H24', stroke: color, fill: 'none', 'stroke-width': width,
  'stroke-dasharray': typeof dash === 'string' ? 'none' : dash.join(' '),
});

const box = (color: string, opacity: number, border: string, width = 1): SVGElement =>
  sign('rect', { x: 3, y: 5, width: 18, height: 14, fill: color, 'fill-opacity': opacity, stroke: border, 'stroke-width': width });

const path = (d: string, color: string): SVGElement => sign('path', { d, fill: color });

// As the symbols of the series in the chart.
function dot(color: string, series = 0): SVGElement {
  switch (series % 4) {
    case 1: return sign('rect', { x: 6, y: 6, width: 12, height: 12, fill: color });
    case 2: return sign('path', { d: 'M12 5l7 13H5z', fill: color });
    case 3: return sign('path', { d: 'M12 4l8 8-8 8-8-8z', fill: color });
    default: return sign('circle', { cx: 12, cy: 12, r: 6, fill: color });
  }
}
