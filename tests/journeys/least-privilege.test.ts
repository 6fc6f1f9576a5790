/** What docs/guide/least-privilege.md says of its policies, tried with them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { identityOk, sendForm } from '../support/identity-calls.ts';
import { assume } from '../support/identity-scenario.ts';
import { startApp } from '../support/scenario.ts';
import { testAccount, testArn } from '../support/test-app.ts';
import type { TestApp } from '../support/test-app.ts';

type Json = Record<string, unknown>;

const region = 'us-east-1';
const guide = readFileSync(
  join(import.meta.dirname, '../../docs/guide/least-privilege.md'),
  'utf8',
);

/** A command of the aws CLI. */
interface Command {
  readonly service: string;
  readonly operation: string;
  readonly input: Json;
}

/** A row of a table: who calls what, and what becomes of it. */
interface Row {
  readonly who: string;
  readonly operation: string;
  readonly on: string;
  readonly more: Json;
  readonly answer: string;
}

/** A section's commands, what is printed below the last of them, and its table. */
interface Section {
  readonly commands: Command[];
  readonly printed: string | undefined;
  readonly rows: Row[];
}

function sectionOf(text: string): Section {
  const blocks = [...text.matchAll(/^```bash\n([^]*?)^```$/gm)].map(([, code]) => code!);
  const rows = text.split('\n').flatMap((line) => {
    const [, who, operation, on, more, answer] = line.split('|').map((cell) => cell.trim());
    if (!/^(allowed|denied)$/.test(answer ?? '')) return [];
    return [{ who: who!, operation: operation!, on: on!, more: moreOf(more!), answer: answer! }];
  });
  const [, printed] = /^```text\n([^]*?)^```$/m.exec(text) ?? [];
  return { commands: blocks.flatMap(commandsOf), printed, rows };
}

function moreOf(cell: string): Json {
  const [name, value] = cell.split('=');
  if (value === undefined) return {};
  if (name !== 'Tags') return { [name!]: value };
  const [Key, Value] = value.split(':');
  return { Tags: [{ Key, Value }] };
}

function commandsOf(code: string): Command[] {
  const files = new Map<string, string>();
  const lines = code.replaceAll(/^cat > (\S+) <<'END'\n([^]*?)^END\n/gm, (_, name, content) => {
    files.set(`file://${String(name)}`, String(content));
    return '';
  });
  return lines
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.startsWith('aws '))
    .map((line) => commandOf(line, files));
}

const lists = new Set(['Tags', 'ActionNames', 'ResourceArns', 'ContextEntries']);

function commandOf(line: string, files: ReadonlyMap<string, string>): Command {
  const [command, ...options] = line.split(/ +--/);
  const [, service, name] = command!.split(' ');
  const input: Record<string, unknown> = {};
  for (const option of options) {
    const [key, ...values] = option.split(/ +/);
    const member = pascal(key!);
    const read = values.map((value) => files.get(value) ?? structureOf(value));
    input[member] = lists.has(member) ? read : read[0];
  }
  const { Query: _, Output: _output, ...rest } = input;
  return { service: service!, operation: pascal(name!), input: rest };
}

function structureOf(value: string): unknown {
  if (!/^\w+=/.test(value)) return value;
  const members = value.split(',').map((member) => {
    const [key, ...text] = member.split('=');
    return [key, key!.endsWith('Values') ? [text.join('=')] : text.join('=')];
  });
  return Object.fromEntries(members) as Json;
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** An operation on what a row names, as its input. */
function inputOf({ operation, on, more }: Row): Json {
  const version = testArn(`model-package/${on}`, region);
  switch (operation) {
    case 'UpdateModelPackage':
      return { ModelPackageArn: version, ...more };
    case 'DescribeModelPackage':
    case 'DeleteModelPackage':
      return { ModelPackageName: version, ...more };
    case 'AssumeRole':
      return { RoleArn: roleArn(on), RoleSessionName: 'build-7', ...more };
    default:
      return operation.endsWith('Package') || operation.endsWith('PackageGroup')
        ? { ModelPackageGroupName: on, ...more }
        : { UserName: on, ...more };
  }
}

function roleArn(name: string): string {
  return `arn:aws:iam::${testAccount}:role/${name}`;
}

/** The keys of users, and of the sessions that the page speaks of. */
class Keys {
  readonly #app: TestApp;
  readonly #known = new Map<string, SigningCredentials>();

  constructor(app: TestApp) {
    this.#app = app;
  }

  async of(who: string): Promise<SigningCredentials> {
    const known = this.#known.get(who) ?? (await this.#make(who));
    this.#known.set(who, known);
    return known;
  }

  async #make(who: string): Promise<SigningCredentials> {
    const [, role, user] = /^(\w+) of (\w+)$/.exec(who) ?? [];
    if (role !== undefined) {
      const Tags = [{ Key: 'team', Value: 'churn' }];
      return assume(this.#app, roleArn(role), await this.of(user!), { Tags });
    }
    const made = await identityOk<{
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    }>(this.#app, 'CreateAccessKey', { UserName: who });
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = made.AccessKey;
    return { accessKeyId, secretAccessKey };
  }
}

const isOfRegistry = (operation: string) => operation.includes('ModelPackage');

async function answerOf(app: TestApp, row: Row, credentials: SigningCredentials): Promise<string> {
  const { operation } = row;
  const { status, body } = isOfRegistry(operation)
    ? await app.send(operation, inputOf(row), { region, credentials })
    : await sendForm(app, operation, inputOf(row), { credentials });
  if (status === 200) return 'allowed';
  assert.match(body, /"AccessDeniedException"|<Code>AccessDenied<\/Code>/);
  return 'denied';
}

test('what the page on least privilege says of its policies is so', async (t) => {
  const app = await startApp(t);
  const keys = new Keys(app);
  const sections = guide.split(/^## /m).map(sectionOf);
  assert.deepEqual(
    sections.map(({ rows, printed }) => [rows.length > 0, printed !== undefined]),
    [[false, false], ...Array.from({ length: 6 }, () => [true, true])],
  );
  for (const { commands, rows, printed } of sections) {
    let last: Json = {};
    for (const { service, operation, input } of commands) {
      last =
        service === 'iam'
          ? await identityOk(app, operation, input)
          : await app.ok(operation, input, { region });
    }
    if (printed !== undefined) {
      const { EvaluationResults: results } = last as {
        EvaluationResults: Record<string, string>[];
      };
      const lines = results.map((one) => `${one['EvalActionName']} ${one['EvalDecision']}\n`);
      assert.equal(lines.join(''), printed);
    }
    for (const row of rows) {
      const told = await answerOf(app, row, await keys.of(row.who));
      assert.equal(told, row.answer, JSON.stringify(row));
    }
  }
});
