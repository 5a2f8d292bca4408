// Elements are built with text content alone: nothing that a model wrote can become markup.

export type Content = string | Node;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K, attributes: Record<string, string> = {}, ...content: Content[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...content);
  return made;
}

export const byId = (id: string): HTMLElement => document.getElementById(id)!;

/** Replaces a table's rows; the cells' classes are those of its head. */
export function fill(id: string, rows: Content[][], marked: (row: number) => boolean = () => false): void {
  const table = byId(id) as HTMLTableElement;
  const classes = [...table.tHead!.rows[0]!.cells].map(cell => cell.className);
  table.tBodies[0]!.replaceChildren(...rows.map((row, i) => element(
    'tr', marked(i) ? { class: 'pick' } : {},
    ...row.map((cell, column) => element('td', classes[column] ? { class: classes[column]! } : {}, cell)))));
}

/** Replaces a table's head: titles of columns of numbers. */
export function head(id: string, titles: string[]): void {
  const row = (byId(id) as HTMLTableElement).tHead!.rows[0]!;
  if (row.cells.length !== titles.length || titles.some((title, i) => row.cells[i]!.textContent !== title)) {
    row.replaceChildren(...titles.map(title => element('th', { scope: 'col' }, title)));
  }
}

/** Says something in an element, or hides it. */
export function say(id: string, text: string | null): void {
  const target = byId(id);
  target.hidden = text === null;
  target.textContent = text;
}

/** A model's text, with what cannot be seen, and what turns the order of text, shown by its code. */
export const seen = (text: string): string => text.replace(/\r/g, '').replace(
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu,
  c => c === '\n' || c === '\t' || c === '\u200c' || c === '\u200d' ? c : `[U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);

export const number = (value: number | null | undefined): string => {
  if (value === null || value === undefined) { return '-'; }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) { return value.toExponential(1); }
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)));
};

export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '-' : `${(100 * share).toFixed(1)} %`;

export const interval = (low: number | null, high: number | null, show = number): string =>
  low === null && high === null ? '-' : `${show(low)} to ${show(high)}`;

/** How long ago a time in seconds since 1970 was. */
export function age(time: number): string {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000 - time));
  return seconds < 60 ? `${seconds} s ago` : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago`
    : seconds < 172800 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86400)} days ago`;
}

export const runPath = (name: string): string => `/runs/${encodeURIComponent(name)}`;
