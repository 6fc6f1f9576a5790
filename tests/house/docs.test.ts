import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, sep } from 'node:path';
import { describe, test } from 'node:test';
import { root } from './source.ts';

const ignored = ['node_modules', 'dist', '.git', '.cache', 'imprimatur-data'];
/** Every file and folder, from the root of the repository and with slashes. */
const paths = globSync(['*', '.ci/*', '{bin,bench,deploy,docs,scripts,src,tests}/**'], {
  cwd: root,
  exclude: (name) => ignored.includes(name),
}).map((path) => path.split(sep).join('/'));
const documents = paths.filter((path) => path.endsWith('.md'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** A document that must be there. */
function read(name: string): string {
  assert.ok(documents.includes(name), `${name} is missing`);
  return readFileSync(join(root, name), 'utf8');
}

/** The text without its code, in which nothing is a link. */
function withoutCode(text: string): string {
  return text.replaceAll(/^(```|~~~)[^]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** What a document says in code: its `spans`, and the words of its blocks. */
function codeWords(text: string): string[] {
  const blocks = [...text.matchAll(/^```[^\n]*\n([^]*?)^```/gm)].map((match) => match[1] ?? '');
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...spans, ...blocks.join('\n').split(/\s+/)];
}

/** Whether a word means a file or folder of this repository and no MIME type, address or pattern. */
function isPath(word: string): boolean {
  if (!/^[\w.@*-]+(\/[\w.@*-]+)*\/?$/.test(word)) return false;
  const [first = ''] = word.split('/');
  const isBelowKnown = word.includes('/') && paths.some((path) => endsWithPath(path, first));
  return isBelowKnown || /[^.*]\.(gen\.ts|js|json|md|ts|txt|yml)$/.test(word);
}

function endsWithPath(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`);
}

/** Whether a path exists: from the root, or as the end of a path (`server/pipeline.ts`). */
function exists(word: string): boolean {
  const end = word.replace(/\/$/, '');
  return paths.some((path) => endsWithPath(path, end) || matchesGlob(path, `**/${end}`));
}

/** The anchors that a document's headings have on the usual hosts. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ +(.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(document: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(root, file))) return true;
  if (anchor === undefined || !file.endsWith('.md')) return false;
  return !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor);
}

describe('docs', () => {
  test('Every path that ARCHITECTURE.md names exists.', () => {
    const lost = codeWords(read('ARCHITECTURE.md')).filter((word) => isPath(word) && !exists(word));
    assert.ok(lost.length === 0, `ARCHITECTURE.md names what is not there: ${lost.join(', ')}`);
  });

  test('Every relative link in a document leads somewhere.', () => {
    const broken = documents.flatMap((document) =>
      [...withoutCode(readFileSync(join(root, document), 'utf8')).matchAll(/\]\(([^()\s]+)\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !/^[a-z]+:/.test(target) && isBroken(document, target))
        .map((target) => `${document}: ${target}`),
    );
    assert.ok(broken.length === 0, `Broken links:\n  ${broken.join('\n  ')}`);
  });

  test('Every npm script that README.md and CONTRIBUTING.md name exists.', () => {
    for (const document of ['README.md', 'CONTRIBUTING.md']) {
      for (const [command, name = ''] of read(document).matchAll(/npm run ([\w:-]+)/g)) {
        assert.ok(name in manifest.scripts, `${document} says "${command}", which does not exist`);
      }
    }
  });

  test('CHANGELOG.md has a section for what is not released yet.', () => {
    assert.match(read('CHANGELOG.md'), /^## \[Unreleased\]$/m);
  });

  test('The project has its legal and contributor documents.', () => {
    for (const name of ['LICENSE', 'NOTICE', 'SECURITY.md', 'README.md', 'ARCHITECTURE.md']) {
      assert.ok(paths.includes(name), `${name} is missing`);
    }
  });
});
