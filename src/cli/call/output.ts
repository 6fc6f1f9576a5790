import { formatTable } from './output-table.ts';
import { formatText } from './output-text.ts';
import { isObject } from './scalar.ts';

/** How an answer can be printed. */
export const outputFormats = ['json', 'text', 'table', 'yaml'] as const;

/** One of them. */
export type OutputFormat = (typeof outputFormats)[number];

/** An answer as the aws CLI prints it; an empty structure prints nothing. */
export async function formatOutput(
  value: unknown,
  format: OutputFormat,
  title: string,
  columns: number,
): Promise<string> {
  if (isObject(value) && Object.keys(value).length === 0) return '';
  switch (format) {
    case 'text':
      return formatText(value);
    case 'table':
      return formatTable(title, value, columns);
    case 'yaml': {
      const { stringify } = await import('yaml');
      return stringify(value ?? null);
    }
    default:
      return `${JSON.stringify(value ?? null, null, 4)}\n`;
  }
}
