// What a page says of a chart. Names of series differ within a chart; numbers that are not known are null.

/** A vertical line, named in the legend. */
export interface Mark { x: number; name: string }

/** Values over the chart's x; low and high draw a band around or without a line. */
export interface Line {
  name: string;
  y: (number | null)[];
  low?: (number | null)[];
  high?: (number | null)[];
  /** Drawn thick and first in the legend's order of colours: what the chart is about. */
  main?: boolean;
  /** Drawn as points alone. */
  points?: boolean;
}

export interface LineChart {
  kind: 'line'; xName: string; yName: string; x: number[]; series: Line[];
  marks?: Mark[];
  /** Single points to find at a glance, such as the pick. */
  stars?: { x: number; y: number; name: string }[];
  /** A vertical axis of powers of ten; all values must be above zero. */
  log?: boolean;
  /** Whether a reader can zoom with the wheel and by dragging. */
  zoom?: boolean;
}

/** Bars between edges: one more edge than counts. Later series stand in front of earlier ones. */
export interface Histogram {
  kind: 'histogram'; xName: string; yName: string; edges: number[]; series: { name: string; counts: number[] }[]; marks?: Mark[];
}

/** values[row][column]; the first row is drawn at the bottom. */
export interface Heat {
  kind: 'heat'; xName: string; yName: string; columns: string[]; rows: string[]; values: (number | null)[][];
  /** Text in the cells in place of the values. */
  texts?: string[][];
  /** What the values are, for the tooltip and the scale. */
  valueName: string;
  /** [row, column] of cells with a frame, and what the frame means. */
  framed?: { name: string; cells: [number, number][] };
}

export interface Scatter {
  kind: 'scatter'; xName: string; yName: string; series: { name: string; points: [number, number][] }[]; marks?: Mark[];
}

export type Chart = LineChart | Histogram | Heat | Scatter;
