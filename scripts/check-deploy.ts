/**
 * Checks what is in deploy/ by the tools that it is written for. One that this machine does not
 * have is skipped, and said to be; CONTRIBUTING.md tells where they come from.
 *
 *   npm run check:deploy
 *   npm run check:deploy -- --strict        a skipped check fails
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../src/config.ts';
import { restrictedBreaches } from './pod-security.ts';
import type { Manifest } from './pod-security.ts';

const root = join(import.meta.dirname, '..');
const chart = 'deploy/helm/imprimatur';
/** The oldest Kubernetes that the chart takes, and the newest that the validator knows. */
const kubernetesVersions = ['1.29', '1.37'];
const scratch = mkdtempSync(join(tmpdir(), 'imprimatur-deploy-'));

/** What kube-score asks for and the chart has reasons not to do. */
const ignoredTests = {
  'container-image-pull-policy': 'a tag of a release does not move, and a digest cannot',
  'deployment-has-host-podantiaffinity': 'topologySpreadConstraints spread the pods',
  'deployment-replicas': 'SQLite is one pod',
  'deployment-strategy': 'and its volume is one pod at a time',
  'pod-networkpolicy': 'optional: not every cluster enforces any',
};

/** A check needs tools by name, and answers what is wrong; nothing when all is well. */
interface Check {
  readonly name: string;
  readonly tools: readonly string[];
  readonly run: () => string;
}

const checks: Check[] = [
  {
    name: 'Dockerfile',
    tools: ['hadolint'],
    run: () => problem('hadolint', 'deploy/docker/Dockerfile'),
  },
  { name: 'systemd units', tools: ['systemd-analyze'], run: checkUnits },
  {
    name: 'alerts',
    tools: ['promtool'],
    run: () =>
      problem('promtool', 'check', 'rules', 'deploy/prometheus/alerts.yaml') ||
      problem('promtool', 'test', 'rules', 'deploy/prometheus/alerts.test.yaml'),
  },
  ...['sqlite', 'postgres'].flatMap(chartChecks),
];

function chartChecks(kind: string): Check[] {
  const values = ['--values', `${chart}/ci/${kind}-values.yaml`, '--kube-version', '1.34.0'];
  const rendered = join(scratch, `${kind}.yaml`);
  const versions = kubernetesVersions.map((version) => ['--kubernetes-version', version]);
  const ignored = Object.keys(ignoredTests).flatMap((name) => ['--ignore-test', name]);
  return [
    {
      name: `chart with ${kind}`,
      tools: ['helm'],
      run: () => {
        const linted = problem('helm', 'lint', '--strict', chart, ...values);
        if (linted !== '') return linted;
        const { status, stdout, stderr } = start('helm', 'template', 'registry', chart, ...values);
        if (status !== 0) return stderr;
        writeFileSync(rendered, stdout);
        return checkRendered(stdout);
      },
    },
    {
      name: `manifests with ${kind}, Kubernetes ${kubernetesVersions.join(' and ')}`,
      tools: ['helm', 'kubernetes-validate'],
      run: () =>
        versions
          .map((version) => problem('kubernetes-validate', '--strict', ...version, rendered))
          .join(''),
    },
    {
      name: `manifests with ${kind}, good practice`,
      tools: ['helm', 'kube-score'],
      run: () =>
        problem('kube-score', 'score', '--ignore-container-cpu-limit', ...ignored, rendered),
    },
  ];
}

/** The units are verified with programs that are there, and judged by what they may do. */
function checkUnits(): string {
  const services = ['imprimatur.service', 'imprimatur-backup.service'];
  for (const name of [...services, 'imprimatur-backup.timer']) {
    const text = readFileSync(join(root, 'deploy/systemd', name), 'utf8');
    writeFileSync(join(scratch, name), text.replaceAll(/^ExecStart=\S+/gm, 'ExecStart=/bin/true'));
  }
  const dropIns = join(scratch, 'imprimatur.service.d');
  mkdirSync(dropIns);
  copyFileSync(join(root, 'deploy/systemd/tls.conf'), join(dropIns, 'tls.conf'));
  const units = services.map((name) => join(scratch, name));
  const timer = join(scratch, 'imprimatur-backup.timer');
  // Warnings, as of a misspelt directive, do not fail; those of other units are not ours.
  const { stderr } = start('systemd-analyze', 'verify', ...units, timer);
  const ours = stderr.split('\n').filter((line) => line.includes('imprimatur'));
  // In tenths: 1.5 of 10, of which the network that the registry serves is half.
  const judge = ['security', '--offline=true', '--threshold=15', '--no-pager'];
  return (
    ours.join('\n') || units.map((unit) => problem('systemd-analyze', ...judge, unit)).join('')
  );
}

/** What Kubernetes' restricted profile and the registry itself say of the rendered manifests. */
function checkRendered(text: string): string {
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['imprimatur.yaml'];
  if (settings === undefined) return 'There is no ConfigMap with imprimatur.yaml.';
  const file = join(scratch, 'settings.yaml');
  writeFileSync(file, settings);
  try {
    readConfig({}, { IMPRIMATUR_CONFIG: file });
  } catch (error) {
    return (error as Error).message;
  }
  return manifests.flatMap(restrictedBreaches).join('\n');
}

function start(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8' });
}

/** What a command that failed has written; empty when it succeeded. */
function problem(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = start(command, ...args);
  if (status === 0) return '';
  const lines = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('INFO '));
  return lines.join('\n') || `${command} fails`;
}

/** Whether a command can be started at all. */
function isMissing(command: string): boolean {
  return start(command, '--help').error !== undefined;
}

let [failed, skipped] = [0, 0];
for (const { name, tools, run } of checks) {
  const missing = tools.filter(isMissing);
  const text = missing.length > 0 ? '' : run();
  if (missing.length > 0) {
    skipped += 1;
    console.log(`${styleText('yellow', '-')} ${name}: skipped without ${missing.join(', ')}`);
  } else if (text === '') {
    console.log(`${styleText('green', '✔')} ${name}: ${tools.join(', ')}`);
  } else {
    failed += 1;
    console.log(`${styleText('red', '✖')} ${name}\n${text}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${checks.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || (skipped > 0 && process.argv.includes('--strict'))) process.exitCode = 1;
