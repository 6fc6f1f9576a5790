import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Style, Terminal } from './terminal.ts';
import { cutToWidth, textWidth } from './text-width.ts';

/** A column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  /** The cell's text; nothing is shown as a dash. */
  text(row: Row): string | undefined;
  style?(row: Row): Style | undefined;
  /** Whether it gives way where the terminal is too narrow. */
  readonly flexible?: boolean;
}

const gap = '  ';
const flexibleColumnsMin = 12;

/** Lines of aligned columns under their titles; columns empty in every row are left out. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
): string {
  const shown = columns
    .map((column) => ({ column, texts: rows.map((row) => printable(column.text(row) ?? '')) }))
    .filter(({ texts }, index) => index === 0 || texts.some((text) => text !== ''));
  const widths = fitWidths(
    shown.map(({ column, texts }) => ({
      width: Math.max(...[column.title, ...texts].map(textWidth)),
      flexible: column.flexible ?? false,
    })),
    terminal.out.columns,
  );
  const line = (cell: (index: number) => [text: string, style: Style | undefined]): string => {
    const cells = shown.map((_, index) => {
      const [text, style] = cell(index);
      const cut = cutToWidth(text, widths[index]!);
      const padding = ' '.repeat(widths[index]! - textWidth(cut));
      return style === undefined ? cut + padding : colored(cut, style, terminal) + padding;
    });
    return `${cells.join(gap).trimEnd()}\n`;
  };
  const head = line((index) => [shown[index]!.column.title, 'bold']);
  const body = rows.map((row, number) =>
    line((index) => {
      const { column, texts } = shown[index]!;
      return [texts[number] || '-', column.style?.(row)];
    }),
  );
  return [head, ...body].join('');
}

function colored(text: string, style: Style, terminal: Terminal): string {
  return paint(text, style, terminal.out, terminal.environment);
}

/** Widths within a line: what is too much is taken from the widest flexible column first. */
function fitWidths(
  columns: readonly { width: number; flexible: boolean }[],
  lineWidth = Infinity,
): number[] {
  const widths = columns.map(({ width }) => width);
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - lineWidth;
  while (excess > 0) {
    const candidates = columns.flatMap(({ flexible }, index) =>
      flexible && widths[index]! > flexibleColumnsMin ? [index] : [],
    );
    if (candidates.length === 0) break;
    const widest = candidates.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}
