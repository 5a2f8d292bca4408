// Cells coloured by a value, with the value written in them where there is room.
import type { Heat } from './chart-data';
import { fontSize, frame, numberText, type Theme } from './theme';

export function heatOption(chart: Heat, theme: Theme, width: number): Record<string, any> {
  const option = frame(theme, chart.xName, chart.yName);
  const [low, high] = range(chart);
  const framed = new Set((chart.framed?.cells ?? []).map(cell => cell.join()));
  // What stands left of the cells takes about 60 pixels.
  const cellWidth = (width - 80) / Math.max(1, chart.columns.length);
  const category = (names: string[], base: any): any => ({
    ...base, type: 'category', data: names, splitLine: { show: false }, axisTick: { show: false },
    axisLabel: { ...base.axisLabel, formatter: undefined, interval: 'auto' },
  });
  option.xAxis = category(chart.columns, option.xAxis);
  option.yAxis = category(chart.rows, option.yAxis);
  option.series = [{
    type: 'custom', encode: { x: 0, y: 1 },
    data: chart.values.flatMap((row, r) => row.map((value, c) => [c, r, value])),
    renderItem: (_: any, api: any) => {
      const [c, r] = [api.value(0) as number, api.value(1) as number];
      const value = chart.values[r]![c]!;
      const share = value === null || high === low ? 0 : (value - low) / (high - low);
      const fill = value === null ? theme.surface : mix(theme.heatLow, theme.heatHigh, share);
      const text = cellWidth > 34 ? chart.texts?.[r]?.[c] ?? numberText(value) : '';
      return cell(api.coord([c, r]), api.size([1, 1]), fill, framed.has(`${r},${c}`) ? theme.text : theme.surface, text, theme);
    },
  }];
  Object.assign(option.tooltip, {
    trigger: 'item',
    formatter: (item: any) => {
      const [c, r] = item.value as [number, number];
      return [`${chart.xName} ${chart.columns[c]}, ${chart.yName} ${chart.rows[r]}`,
        `${chart.valueName}: ${valueText(chart, chart.values[r]![c])}`,
        ...(chart.texts === undefined ? [] : [chart.texts[r]![c]!])].join('\n');
    },
  });
  return option;
}

function cell(
  center: [number, number], size: [number, number], fill: string, border: string, text: string, theme: Theme): Record<string, any> {
  const [width, height] = [Math.max(1, size[0] - 4), Math.max(1, size[1] - 4)];
  return {
    type: 'group',
    children: [
      { type: 'rect', shape: { x: center[0] - width / 2, y: center[1] - height / 2, width, height, r: 2 },
        style: { fill, stroke: border, lineWidth: border === theme.surface ? 0 : 3 } },
      { type: 'text', silent: true, style: { text, x: center[0], y: center[1], align: 'center', verticalAlign: 'middle',
        fill: luminance(fill) > 0.25 ? '#111111' : '#ffffff', fontSize: fontSize - 1, fontFamily: theme.font } },
    ],
  };
}

export function range(chart: Heat): [number, number] {
  const known = chart.values.flat().filter((value): value is number => value !== null);
  return known.length === 0 ? [0, 0] : [Math.min(...known), Math.max(...known)];
}

/** A value with three decimals, as in tables, or as many as small values and near ones need to be told apart. */
export function valueText(chart: Heat, value: number | null | undefined): string {
  const [low, high] = range(chart);
  const places = (size: number, digits: number): number => size === 0 ? 0 : digits - 1 - Math.floor(Math.log10(size));
  const most = Math.max(Math.abs(low), Math.abs(high));
  const decimals = Math.max(places(most, most < 1 ? 3 : 4), places(high - low, 2));
  return value === null || value === undefined ? '-' : value.toFixed(Math.min(8, Math.max(0, decimals)));
}

export function mix(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((channel, i) => Math.round(channel + (b[i]! - channel) * share)).join(',')})`;
}

function channels(color: string): number[] {
  return color.startsWith('#')
    ? [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16))
    : (color.match(/\d+/g) ?? ['0', '0', '0']).slice(0, 3).map(Number);
}

// Relative luminance as WCAG 2 defines it.
function luminance(color: string): number {
  const [r, g, b] = channels(color).map(channel => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
