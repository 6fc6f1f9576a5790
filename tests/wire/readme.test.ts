/** The README's tour and the guide's code, run as they stand. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { clientEnvironment, clientFolder, run, withoutPython } from './clients.ts';

const root = join(import.meta.dirname, '../..');

/** A fenced block of a document. */
interface Block {
  readonly language: string;
  readonly code: string;
  readonly line: number;
}

function blocksOf(path: string): Block[] {
  const document = readFileSync(join(root, path), 'utf8');
  return [...document.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map((match) => ({
    language: match[1]!,
    code: match[2]!,
    line: document.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Commands for a clone that has not been set up, and which the tests themselves stand in for. */
function isSetUp({ code }: Block): boolean {
  return /^npm ci(\n| && npm (start|test)\n)$/.test(code);
}

/** One script of a document's blocks, which says where it is before each. */
function scriptOf(path: string, blocks: readonly Block[]): string {
  const parts = blocks.map(({ language, code, line }) => {
    const body = language === 'python' ? `python3 - <<'END'\n${code}END\n` : code;
    return `echo '# ${path}:${line}'\n${body}`;
  });
  return ['set -euo pipefail', ...parts].join('\n');
}

describe('documents', { skip: process.platform === 'win32' }, () => {
  let folder = '';
  let server: ServerProcess;

  /** Runs a document's commands in a folder like a clone, in which the registry runs already. */
  async function follow(path: string, blocks: readonly Block[], more = ''): Promise<string> {
    const { AWS_EC2_METADATA_DISABLED, AWS_CONFIG_FILE, AWS_PAGER, PATH } =
      clientEnvironment(server);
    const { code, out, errors } = await run('bash', ['-c', scriptOf(path, blocks) + more], {
      cwd: folder,
      env: {
        AWS_EC2_METADATA_DISABLED,
        AWS_CONFIG_FILE,
        AWS_PAGER,
        PATH: [join(folder, 'bin'), clientFolder, PATH].join(delimiter),
        HOME: folder,
        IMPRIMATUR_PORT: String(server.port),
      },
    });
    assert.equal(code, 0, `${out}\n${errors}`);
    return out;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imprimatur-readme-'));
    server = await start({ dataDir: join(folder, 'imprimatur-data') });
    mkdirSync(join(folder, 'bin'));
    // As npx does in a clone, without its second of waiting.
    const npx = join(folder, 'bin/npx');
    const program = join(root, 'bin/imprimatur.js');
    const lines = ['#!/bin/sh', '[ "$1" = imprimatur ] || exit 9', 'shift'];
    lines.push(`exec '${process.execPath}' '${program}' "$@"`, '');
    writeFileSync(npx, lines.join('\n'));
    chmodSync(npx, 0o755);
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the README's tour", { skip: withoutPython }, async () => {
    const blocks = blocksOf('README.md');
    const tour = blocks.filter((block) => !isSetUp(block));
    assert.ok(blocks.length - tour.length === 2, 'The README begins with npm start and npm test.');
    assert.deepEqual(
      tour.filter(({ language }) => !['bash', 'python'].includes(language)),
      [],
    );
    const out = await follow('README.md', tour);
    const version = 'arn:aws:sagemaker:us-east-1:123456789012:model-package/fraud/1';
    assert.match(out, /"ModelPackageGroupArn": ".*:model-package-group\/fraud"/);
    assert.ok(out.includes(`['${version}']`), out);
    const found = await server.ok(
      'DescribeModelPackage',
      { ModelPackageName: version },
      { region: 'us-east-1' },
    );
    assert.equal(found['ModelApprovalStatus'], 'Archived');
  });

  for (const path of globSync('docs/guide/*.md', { cwd: root }).sort()) {
    const blocks = blocksOf(path);
    const commands = blocks.filter(({ language }) => ['bash', 'python'].includes(language));
    const settings = blocks.filter(({ language }) => language === 'yaml');
    if (blocks.length === 0) continue;

    test(`the commands of ${path}`, { skip: withoutPython }, async () => {
      const own = commands
        .filter((block) => !isSetUp(block))
        .map((block) => ({
          ...block,
          code: block.code.replaceAll('http://127.0.0.1:9700', server.endpoint),
        }));
      // Whatever they set up, a client must be able to work with.
      const setsUp = own.some(({ code }) => code.includes('export AWS_ENDPOINT_URL'));
      const check = setsUp ? '\naws sagemaker list-model-package-groups\n' : '';
      await follow(path, own, check);
    });

    test(`the settings of ${path}`, () => {
      for (const { code, line } of settings) {
        const file = join(folder, `settings-${line}.yaml`);
        writeFileSync(file, code);
        readConfig({ config: file }, {});
      }
    });
  }
});
