/** The rules of style that a formatter and a linter do not know; each answers what breaks it. */
import type { Node } from 'oxc-parser';
import { isGenerated, isTest, lineOf, nodesOf } from './source.ts';
import type { Source } from './source.ts';

/** One rule of style and a text that breaks it. */
export interface TidyRule {
  sentence: string;
  breaches(source: Source): string[];
  example: string;
}

const functionLinesMax = 60;
const fileLinesMax = 300;
const columnsMax = 100;
// Written apart, so that this file does not break its own rule.
const marks = ['TO-DO', 'FIX-ME', 'XX-X'].map((mark) => mark.replace('-', ''));
const unfinished = new RegExp(`\\b(${marks.join('|')})\\b`);

function isExemptFromLength(path: string): boolean {
  return isTest(path) || isGenerated(path);
}

function isFunction(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

function place({ path, text }: Source, position: number): string {
  return `${path}:${lineOf(text, position)}`;
}

function longFunctions(source: Source): string[] {
  if (isExemptFromLength(source.path)) return [];
  return [...nodesOf(source.tree)].filter(isFunction).flatMap((node) => {
    const lines = source.text.slice(node.start, node.end).split('\n').length;
    return lines > functionLinesMax ? [`${place(source, node.start)} has ${lines} lines`] : [];
  });
}

function longFiles({ path, text }: Source): string[] {
  const lines = text.trimEnd().split('\n').length;
  return !isExemptFromLength(path) && lines > fileLinesMax ? [`${path} has ${lines} lines`] : [];
}

function longLines({ path, text }: Source): string[] {
  if (isExemptFromLength(path)) return [];
  return text
    .split('\n')
    .flatMap((line, index) => (line.length > columnsMax ? [`${path}:${index + 1}`] : []));
}

function anyTypes(source: Source): string[] {
  return [...nodesOf(source.tree)]
    .filter((node) => node.type === 'TSAnyKeyword')
    .map((node) => place(source, node.start));
}

function unfinishedMarks({ path, text }: Source): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (unfinished.test(line) ? [`${path}:${index + 1}`] : []));
}

/** Exports without a doc comment directly above; what is only passed on needs none. */
function bareExports(source: Source): string[] {
  if (isExemptFromLength(source.path)) return [];
  let previous = '';
  return source.tree.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return [];
    const name = nameOf(node.declaration);
    // The implementation of an overloaded function, and its further signatures, share one comment.
    const isOverload = name === previous;
    previous = name;
    const isDocumented = source.comments.some(
      ({ type, value, end }) =>
        type === 'Block' &&
        value.startsWith('*') &&
        /^\n?$/.test(source.text.slice(end, Math.max(end, node.start))) &&
        end <= node.start,
    );
    return isDocumented || isOverload ? [] : [`${place(source, node.start)} exports ${name}`];
  });
}

function nameOf(declaration: Node): string {
  if (declaration.type === 'VariableDeclaration') {
    const id = declaration.declarations[0]?.id;
    return id?.type === 'Identifier' ? id.name : 'a pattern';
  }
  const { id } = declaration as { id?: { name?: string } | null };
  return id?.name ?? 'something without a name';
}

/** Every rule. */
export const tidyRules: TidyRule[] = [
  {
    sentence: `A function has at most ${functionLinesMax} lines.`,
    breaches: longFunctions,
    example: `function long() {${'\n'.repeat(functionLinesMax)}}`,
  },
  {
    sentence: `A file has at most ${fileLinesMax} lines.`,
    breaches: longFiles,
    example: `${'let a;\n'.repeat(fileLinesMax)}let a;`,
  },
  {
    sentence: `A line has at most ${columnsMax} columns.`,
    breaches: longLines,
    example: `// ${'-'.repeat(columnsMax)}`,
  },
  {
    sentence: 'Nothing has the type any.',
    breaches: anyTypes,
    example: 'let a: Record<string, any>;',
  },
  {
    sentence: 'Nothing is marked as unfinished.',
    breaches: unfinishedMarks,
    example: `// ${marks[0]}: think`,
  },
  {
    sentence: 'Every exported thing has a doc comment directly above it.',
    breaches: bareExports,
    example: '/** About a. */\n\nexport const a = 1;',
  },
];
