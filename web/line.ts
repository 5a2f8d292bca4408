// Lines over steps, with bands.
import type { Line, LineChart } from './chart-data';
import { colorOf, dashes, frame, markLine, numberText, symbols, type Theme } from './theme';

/** Lines with more points than this are drawn without symbols. */
const symbolLimit = 60;

export function lineOption(chart: LineChart, theme: Theme, width: number): Record<string, any> {
  const option = frame(theme, chart.xName, chart.yName);
  const whole = chart.x.every(Number.isInteger);
  Object.assign(option.xAxis, { min: 'dataMin', max: 'dataMax', minInterval: whole ? 1 : 0, splitNumber: width < 480 ? 4 : 8 });
  Object.assign(option.yAxis, chart.log ? { type: 'log' } : { scale: true });
  option.series = [
    ...chart.series.flatMap((line, i) => line.low === undefined ? [] : [band(chart, line, colorOf(theme, i))]),
    ...chart.series.map((line, i) => series(chart, line, i, theme)),
    ...(chart.stars ?? []).map(star => ({
      type: 'scatter', name: star.name, data: [[star.x, star.y]], symbol: starPath, symbolSize: 20, z: 10,
      itemStyle: { color: colorOf(theme, 0), borderColor: theme.surface, borderWidth: 1.5 }, tooltip: { show: false },
    })),
  ];
  option.series.find((each: any) => each.type === 'line').markLine = markLine(theme, chart.marks);
  Object.assign(option.tooltip, {
    trigger: 'axis', axisPointer: { lineStyle: { color: theme.muted } },
    formatter: (points: any[]) => tooltip(chart, points[0]?.axisValue as number),
  });
  if (chart.zoom) {
    option.dataZoom = [{ type: 'inside', filterMode: 'none' }];
  }

  return option;
}

export const starPath = 'path://M12 1l3.1 7.2 7.9.7-6 5.2 1.8 7.7L12 17.7l-6.8 4.1L7 14.1l-6-5.2 7.9-.7z';

function series(chart: LineChart, line: Line, index: number, theme: Theme): Record<string, any> {
  const color = colorOf(theme, index);
  return {
    type: 'line', name: line.name, data: chart.x.map((x, i) => [x, line.y[i] ?? null]), connectNulls: false,
    symbol: symbols[index % symbols.length], symbolSize: line.main ? 7 : 5,
    showSymbol: line.points === true || chart.x.length <= symbolLimit,
    lineStyle: { color, width: line.points ? 0 : line.main ? 3 : 1.8, type: dashes[index % dashes.length] },
    itemStyle: { color }, emphasis: { disabled: true }, z: line.main ? 5 : 3,
  };
}

// A polygon along the lower ends and back along the upper ones, for each run of known ends.
function band(chart: LineChart, line: Line, color: string): Record<string, any> {
  const ends = chart.x.map((x, i): [number, number | null, number | null] => [x, line.low?.[i] ?? null, line.high?.[i] ?? null]);
  return {
    type: 'custom', name: line.name, data: ends, encode: { x: 0, y: [1, 2] }, silent: true, clip: true, z: 1,
    tooltip: { show: false }, itemStyle: { color },
    renderItem: (params: any, api: any) => params.dataIndexInside > 0 ? undefined : {
      type: 'group',
      children: runs(ends).map(run => ({
        type: 'polygon',
        shape: { points: [...run.map(end => api.coord([end[0], end[1]])), ...run.reverse().map(end => api.coord([end[0], end[2]]))] },
        style: { fill: color, opacity: line.main ? 0.22 : 0.13 },
      })),
    },
  };
}

function runs(ends: [number, number | null, number | null][]): [number, number, number][][] {
  const found: [number, number, number][][] = [[]];
  for (const end of ends) {
    if (end[1] === null || end[2] === null) {
      found.push([]);
    } else {
      found[found.length - 1]!.push(end as [number, number, number]);
    }
  }

  return found.filter(run => run.length > 1);
}

function tooltip(chart: LineChart, x: number): string {
  const i = chart.x.indexOf(x);
  const rows = chart.series.filter(line => (line.y[i] ?? null) !== null || (line.low?.[i] ?? null) !== null).map(line => {
    const band = line.low?.[i] == null ? '' : ` (${numberText(line.low[i])} to ${numberText(line.high?.[i])})`;
    return `${line.name}: ${numberText(line.y[i])}${band}`;
  });
  return [`${chart.xName} ${x}`, ...rows].join('\n');
}
