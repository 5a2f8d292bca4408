// Bars between edges on an axis of numbers.
import type { Histogram } from './chart-data';
import { colorOf, frame, markLine, numberText, type Theme } from './theme';

export function histogramOption(chart: Histogram, theme: Theme, width: number): Record<string, any> {
  const option = frame(theme, chart.xName, chart.yName);
  const { edges } = chart;
  Object.assign(option.xAxis, { min: edges[0], max: edges[edges.length - 1], splitNumber: width < 480 ? 4 : 8 });
  option.series = chart.series.map((series, index) => ({
    type: 'custom', name: series.name, z: 2 + index, itemStyle: { color: colorOf(theme, index) },
    data: series.counts.map((count, i) => [edges[i], edges[i + 1], count]), encode: { x: [0, 1], y: 2 },
    renderItem: (_: any, api: any) => bar(api, colorOf(theme, index), index, theme.surface),
  }));
  option.series.push({ type: 'line', data: [], markLine: markLine(theme, chart.marks), tooltip: { show: false } });
  Object.assign(option.tooltip, {
    trigger: 'item',
    formatter: (point: any) => [
      `${chart.xName} ${numberText(edges[point.dataIndex])} to ${numberText(edges[point.dataIndex + 1])}`,
      ...chart.series.map(series => `${series.name}: ${numberText(series.counts[point.dataIndex])}`),
    ].join('\n'),
  });
  return option;
}

// The first series is a pale bar with an outline, the ones in front are full: they differ without colour too.
function bar(api: any, color: string, index: number, surface: string): Record<string, any> {
  const from = api.coord([api.value(0), api.value(2)]);
  const to = api.coord([api.value(1), 0]);
  const pale = index === 0;
  return {
    type: 'rect',
    shape: { x: from[0] + 0.5, y: from[1], width: Math.max(1, to[0] - from[0] - 1), height: Math.max(0, to[1] - from[1]) },
    style: { fill: color, fillOpacity: pale ? 0.35 : 0.95, stroke: pale ? color : surface, lineWidth: pale ? 1 : 0.5 },
  };
}
