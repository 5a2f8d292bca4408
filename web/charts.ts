// The charts of Hone's pages: what of ECharts they use, and the functions that draw. Pages give plain data (see
// chart-data.ts); colours come from the page's CSS variables, so a chart is light or dark as its page is.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from './chart-data';
import { heatOption } from './heat';
import { histogramOption } from './histogram';
import { showLegend } from './legend';
import { lineOption } from './line';
import { scatterOption } from './scatter';
import { readTheme, type Theme } from './theme';

export type { Chart } from './chart-data';

echarts.use([CustomChart, LineChart, ScatterChart, DataZoomComponent, GridComponent,
  LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const shown = new Map<HTMLElement, Chart>();
const sizes = new ResizeObserver(entries => entries.forEach(entry => redraw(entry.target as HTMLElement)));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => [...shown.keys()].forEach(redraw));

/** Draws a chart into an element, over the one that is there, with its legend before it; it follows the element's size and
 * the reader's colour scheme from then on. */
export function show(element: HTMLElement, chart: Chart): void {
  shown.set(element, chart);
  sizes.observe(element);
  redraw(element);
}

/** Draws every chart of a page: elements with data-chart="ID", whose data is the JSON in the element of that id. */
export function showAll(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-chart]')) {
    const data = document.getElementById(element.dataset.chart!);
    if (data !== null) {
      element.hidden = false;
      show(element, JSON.parse(data.textContent ?? '') as Chart);
    }
  }
}

/** Draws ECharts' own option into an element, over what is there. */
export function draw(element: HTMLElement, option: echarts.EChartsCoreOption): echarts.ECharts {
  const chart = echarts.getInstanceByDom(element) ?? echarts.init(element, null, { renderer: 'svg' });
  chart.resize();
  chart.setOption(option, { notMerge: true });
  return chart;
}

/** Forgets a chart that leaves the page. */
export function drop(element: HTMLElement): void {
  shown.delete(element);
  sizes.unobserve(element);
  echarts.getInstanceByDom(element)?.dispose();
}

function redraw(element: HTMLElement): void {
  const chart = shown.get(element);
  // A chart in a folded part of the page has no size yet; it is drawn when it gets one.
  if (chart === undefined || element.clientWidth === 0 || element.clientHeight === 0) {
    return;
  }

  const theme = readTheme(element);
  const drawn = draw(element, option(chart, theme, element.clientWidth));
  showLegend(element, chart, theme, drawn);
}

function option(chart: Chart, theme: Theme, width: number): echarts.EChartsCoreOption {
  switch (chart.kind) {
    case 'line': return lineOption(chart, theme, width);
    case 'histogram': return histogramOption(chart, theme, width);
    case 'heat': return heatOption(chart, theme, width);
    case 'scatter': return scatterOption(chart, theme, width);
  }
}
