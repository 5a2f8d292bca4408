// Points by two numbers.
import type { Scatter } from './chart-data';
import { colorOf, frame, markLine, numberText, symbols, type Theme } from './theme';

export function scatterOption(chart: Scatter, theme: Theme, width: number): Record<string, any> {
  const option = frame(theme, chart.xName, chart.yName);
  Object.assign(option.xAxis, { scale: true, splitNumber: width < 480 ? 4 : 8 });
  Object.assign(option.yAxis, { scale: true });
  option.series = chart.series.map((series, index) => ({
    type: 'scatter', name: series.name, data: series.points, symbol: symbols[index % symbols.length],
    symbolSize: series.points.length > 500 ? 4 : 6, itemStyle: { color: colorOf(theme, index), opacity: index === 0 ? 0.45 : 0.85 },
    emphasis: { disabled: true }, z: 2 + index, markLine: index === 0 ? markLine(theme, chart.marks) : undefined,
  }));
  Object.assign(option.tooltip, {
    trigger: 'item',
    formatter: (point: any) =>
      `${point.seriesName}\n${chart.xName}: ${numberText(point.value[0])}\n${chart.yName}: ${numberText(point.value[1])}`,
  });
  return option;
}
