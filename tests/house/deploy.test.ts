import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, matchesGlob, sep } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse as parseYaml } from 'yaml';
import { exitCodes } from '../../src/cli/failure.ts';
import { settingOf, settings } from '../../src/config-settings.ts';
import { limits } from '../../src/kernel/limits.ts';
import { root } from './source.ts';

const chart = 'deploy/helm/imprimatur';
const files = globSync('deploy/**/*.*', { cwd: root }).map((file) => file.split(sep).join('/'));
const dockerfile = read('deploy/docker/Dockerfile');
const unit = read('deploy/systemd/imprimatur.service');
const templates = globSync(`${chart}/templates/*`, { cwd: root }).map(read).join('\n');
const values = parseYaml(read(`${chart}/values.yaml`)) as object;
const schema = JSON.parse(read(`${chart}/values.schema.json`)) as {
  properties: { config: { properties: object } };
};
const operationsPort = '9701';

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What a pattern's only group finds in a text, each once. */
function all(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

/** The names of all values that are none with names below them: `image.tag`. */
function leavesOf(value: unknown, name = ''): string[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (members.length === 0 || Array.isArray(value)) return [name];
  return members.flatMap(([key, below]) => leavesOf(below, name === '' ? key : `${name}.${key}`));
}

/** A name and those above it: `image.tag`, `image`. */
function withAncestors(name: string): string[] {
  const words = name.split('.');
  return words.map((_, index) => words.slice(0, index + 1).join('.'));
}

describe('deploy', () => {
  test('The chart and the image have the version of the package.', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const { appVersion } = parseYaml(read(`${chart}/Chart.yaml`)) as { appVersion: string };
    assert.equal(appVersion, version);
    assert.deepEqual(all(dockerfile, /^ARG VERSION=(.*)$/gm), [version]);
    assert.deepEqual(all(dockerfile, /--tag imprimatur:([\d.]+\d)/g), [version]);
  });

  test('Every variable that deploy/ names is one of the registry.', () => {
    const known = settings.map(({ env }) => env);
    known.push('IMPRIMATUR_CONFIG');
    known.push('IMPRIMATUR_ROOT_ACCESS_KEY_ID', 'IMPRIMATUR_ROOT_SECRET_ACCESS_KEY');
    known.push('IMPRIMATUR_ENCRYPTION_KEY', 'IMPRIMATUR_SIGNING_KEY');
    const named = [...files, 'deploy/docker/Dockerfile', 'docs/guide/deployment.md'].flatMap(
      (file) => all(read(file), /\b(IMPRIMATUR_[A-Z_]+)\b/g),
    );
    assert.deepEqual(new Set(named).difference(new Set(known)), new Set());
  });

  test('The example of the environment shows the defaults.', () => {
    const shown = read('deploy/systemd/imprimatur.env').matchAll(/^#(IMPRIMATUR_\w+)=([^<\n]*)$/gm);
    for (const [, name, value] of shown) {
      const { fallback } = settings.find(({ env }) => env === name) ?? {};
      assert.equal(value, String(fallback), name);
    }
  });

  test('The chart takes every setting that it does not set itself.', () => {
    const own = all(templates, /^ {2}"(\w+)" /gm);
    own.push(...all(templates, /set \$settings "(\w+)"/g));
    assert.deepEqual(
      own.filter((key) => !(key in settingOf)),
      [],
      'the chart sets what is no setting',
    );
    // These two come by the environment: one of the image's own, one of a secret.
    const taken = Object.keys(settingOf).filter(
      (key) => !own.includes(key) && key !== 'host' && key !== 'database',
    );
    assert.deepEqual(Object.keys(schema.properties.config.properties).sort(), taken.sort());
  });

  test("The chart's values fit their schema.", () => {
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
    for (const name of ['values.yaml', 'ci/sqlite-values.yaml', 'ci/postgres-values.yaml']) {
      const problems = validate(parseYaml(read(`${chart}/${name}`))) ? [] : validate.errors;
      assert.deepEqual(problems, [], name);
    }
  });

  test('Every value is used in a template, and every value that a template uses is there.', () => {
    const used = all(templates, /\.Values\.([\w.]*\w)/g);
    const leaves = leavesOf(values);
    const idle = leaves.filter((leaf) => !withAncestors(leaf).some((name) => used.includes(name)));
    assert.deepEqual(idle, [], 'no template uses it');
    const known = new Set(leaves.flatMap(withAncestors));
    assert.deepEqual(
      used.filter((name) => !known.has(name)),
      [],
      'values.yaml does not have it',
    );
  });

  test('The ports are those of the registry.', () => {
    const api = String(settingOf.port.fallback);
    assert.deepEqual(all(dockerfile, /^EXPOSE (.*)$/gm), [`${api} ${operationsPort}`]);
    assert.deepEqual(all(templates, /containerPort: (\d+)/g), [api, operationsPort]);
    assert.deepEqual(all(templates, /"port" (\d+)/g), [api]);
    assert.deepEqual(all(templates, /"operationsPort" (\d+)/g), [operationsPort]);
    for (const text of [dockerfile, unit]) {
      assert.deepEqual(all(text, /IMPRIMATUR_OPERATIONS_PORT=(\d+)/g), [operationsPort]);
    }
  });

  test('Probes ask what the registry answers.', () => {
    const answered = read('src/server/health.ts');
    const asked = all(templates, /path: (\/\w+)/g);
    asked.push(...all(dockerfile, /(\/healthz)`/g));
    assert.deepEqual([...new Set(asked)].sort(), ['/healthz', '/metrics', '/readyz']);
    for (const path of asked) assert.ok(answered.includes(`'${path}'`), path);
  });

  test('Whoever stops a registry waits until it has finished.', () => {
    const needed = limits.drainSecondsMax + limits.traceFlushSecondsMax;
    const [margin] = all(templates, /Seconds: \{\{ add \.Values\.drainSeconds (\d+) \}\}/g);
    assert.ok(Number(margin) > needed, 'terminationGracePeriodSeconds');
    const [seconds] = all(unit, /^TimeoutStopSec=(\d+)$/gm);
    assert.ok(Number(seconds) > settingOf.drainSeconds.fallback + needed, 'TimeoutStopSec');
  });

  test('The unit does not try wrong settings again.', () => {
    assert.deepEqual(all(unit, /^RestartPreventExitStatus=(.*)$/gm), [String(exitCodes.usage)]);
  });

  test('The image is made of what is there and what .dockerignore lets through.', () => {
    const allowed = all(read('.dockerignore'), /^!(.*)$/gm);
    const copies = all(dockerfile, /^COPY (?!--)(.*) \S+$/gm).flatMap((line) => line.split(' '));
    assert.deepEqual(
      copies.filter((path) => !existsSync(join(root, path))),
      [],
    );
    assert.deepEqual(new Set(copies), new Set(allowed));
    assert.ok(read('.dockerignore').split('\n').includes('*'), 'all else is left out');
  });

  test('Alerts ask for metrics that the guide lists.', () => {
    const listed = all(read('docs/guide/operations.md'), /`((?:imprimatur|nodejs|process)_\w+)`/g);
    const expressions = read('deploy/prometheus/alerts.yaml').replaceAll(/^.*'$/gm, '');
    const asked = all(expressions, /\b(imprimatur_\w+)/g);
    assert.ok(asked.length > 5);
    assert.deepEqual(
      asked.filter((name) => !listed.includes(name.replace(/_bucket$/, ''))),
      [],
    );
  });

  test('deploy/README.md names each of its parts.', () => {
    const text = read('deploy/README.md');
    const parts = files.filter(
      (file) => file !== 'deploy/README.md' && !matchesGlob(file, `${chart}/**`),
    );
    assert.deepEqual(
      parts.filter((file) => !text.includes(file.replace('deploy/', ''))),
      [],
    );
  });
});
