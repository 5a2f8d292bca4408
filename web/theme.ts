// Colours and marks of the charts, from the CSS variables of the page.

export interface Theme {
  text: string; muted: string; grid: string; surface: string; series: string[]; heatLow: string; heatHigh: string; font: string;
}

/** Line dashes, bar patterns and symbols by series: what tells series apart without colour. */
export const dashes: (string | number[])[] = ['solid', [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]];
export const symbols = ['circle', 'rect', 'triangle', 'diamond'];

/** The least size of letters in a chart, CSS pixels. */
export const fontSize = 12;

export function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: read('--text', '#1b1f24'), muted: read('--muted', '#5a6270'), grid: read('--line', '#d8dce2'),
    surface: read('--surface', '#ffffff'), heatLow: read('--heat-low', '#f2f5fa'), heatHigh: read('--heat-high', '#0b4f9e'),
    series: ['#0b62c4', '#b45309', '#117a4b', '#9b3fa0', '#766500', '#5b6470'].map((color, i) => read(`--chart-${i + 1}`, color)),
    font: style.fontFamily,
  };
}

export const colorOf = (theme: Theme, series: number): string => theme.series[series % theme.series.length]!;

/** A number for people: four significant digits, thousands as k and M. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '-';
  }

  const size = Math.abs(value);
  if (size >= 1e6) { return `${trim(value / 1e6)}M`; }
  if (size >= 1e4) { return `${trim(value / 1e3)}k`; }
  if (size > 0 && size < 1e-3) { return value.toExponential(1); }
  return trim(value);
}

const trim = (value: number): string => String(Number(value.toPrecision(4)));

/** What all charts with two axes of numbers share. Tooltips are drawn, not written as HTML: text in them stays text. */
export function frame(theme: Theme, xName: string, yName: string): Record<string, any> {
  const label = { color: theme.muted, fontSize, fontFamily: theme.font };
  const axis = {
    nameTextStyle: { ...label, color: theme.text }, axisLabel: { ...label, hideOverlap: true, formatter: numberText },
    axisLine: { show: true, lineStyle: { color: theme.muted } }, axisTick: { lineStyle: { color: theme.muted } },
    splitLine: { lineStyle: { color: theme.grid } },
  };
  return {
    animation: false,
    grid: { left: 12, right: 20, top: 34, bottom: 30, containLabel: true },
    legend: { show: false },
    tooltip: {
      renderMode: 'richText', confine: true, backgroundColor: theme.surface, borderColor: theme.muted, borderWidth: 1,
      textStyle: { color: theme.text, fontSize, fontFamily: theme.font }, shadowBlur: 0,
    },
    xAxis: { ...axis, type: 'value', name: xName, nameLocation: 'middle', nameGap: 30, splitLine: { show: false } },
    yAxis: { ...axis, type: 'value', name: yName, nameLocation: 'end', nameGap: 14,
      nameTextStyle: { ...label, color: theme.text, align: 'left' } },
  };
}

/** Vertical lines on a chart. */
export function markLine(theme: Theme, marks: { x: number; name: string }[] | undefined): Record<string, any> | undefined {
  return marks === undefined || marks.length === 0 ? undefined : {
    silent: true, symbol: 'none', label: { show: false },
    data: marks.map((mark, i) => ({ xAxis: mark.x, lineStyle: { color: theme.text, width: 1.5, type: dashes[(i + 1) % dashes.length] } })),
  };
}
