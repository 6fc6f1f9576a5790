/**
 * Reads source files as syntax trees for the house tests.
 *
 * A parser, not regular expressions, because those stumble over strings and comments. It is
 * oxc-parser, which the linter is made of: the API of TypeScript 7 is still called unstable and
 * answers through a second process.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';
import type { Comment, ImportDeclaration, ModuleExportName, Node, Program } from 'oxc-parser';

/** One import, re-export or `import()` of a file. */
export interface Import {
  /** As it is written: `./arn.ts`, `node:fs`, `kysely`. */
  specifier: string;
  /** The imported file from the root of the repository; empty when it is a package. */
  target: string;
  /** Whether nothing of it is left at run time. */
  typeOnly: boolean;
  /** The imported names; `default` and `*` included. */
  names: string[];
}

/** One source file. */
export interface Source {
  /** From the root of the repository, with slashes: `src/kernel/arn.ts`. */
  path: string;
  text: string;
  tree: Program;
  comments: Comment[];
  imports: Import[];
}

/** The root of the repository. */
export const root = join(import.meta.dirname, '../..');

/** Every TypeScript and JavaScript file of the repository. */
export function readSources(): Source[] {
  return globSync('{bin,src,scripts,bench,tests}/**/*.{ts,js}', { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** The tree of one file. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]!.message}`);
  return { path, text, tree: program, comments, imports: importsOf(path, program) };
}

/** Every node of a tree, outermost first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  const members = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = members[key];
    for (const child of Array.isArray(value) ? value : [value]) if (child) yield* nodesOf(child);
  }
}

/** The line of a position, counted from 1. */
export function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** Whether a file holds tests or helps them. */
export function isTest(path: string): boolean {
  return path.startsWith('tests/') || path.endsWith('.test.ts') || path.endsWith('/testing.ts');
}

/** Whether a file is generated. */
export function isGenerated(path: string): boolean {
  return path.endsWith('.gen.ts');
}

function importsOf(path: string, program: Program): Import[] {
  const imports: Import[] = [];
  const add = (from: Node | null | undefined, typeOnly: boolean, names: string[]): void => {
    if (from?.type !== 'Literal' || typeof from.value !== 'string') return;
    const specifier = from.value;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : '';
    imports.push({ specifier, target, typeOnly, names });
  };
  for (const node of nodesOf(program)) {
    switch (node.type) {
      case 'ImportDeclaration':
        add(node.source, node.importKind === 'type', importedNames(node));
        break;
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        add(node.source, node.exportKind === 'type', ['*']);
        break;
      case 'ImportExpression':
        add(node.source, false, ['*']);
        break;
      case 'TSImportType':
        add(node.source, true, ['*']);
        break;
      default:
    }
  }
  return imports;
}

function importedNames(node: ImportDeclaration): string[] {
  return node.specifiers.map((item) => {
    if (item.type === 'ImportSpecifier') return exportName(item.imported);
    return item.type === 'ImportDefaultSpecifier' ? 'default' : '*';
  });
}

function exportName(name: ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}
