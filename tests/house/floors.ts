/** The import rules of the house, each a sentence, a check and an example of what breaks it. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Node } from 'oxc-parser';
import { isTest, nodesOf, root } from './source.ts';
import type { Import, Source } from './source.ts';

/** One rule; `breaches` answers what is wrong in one file, given all of them. */
export interface Rule {
  sentence: string;
  breaches(source: Source, all: readonly Source[]): string[];
  /** A path and a text that break the rule. */
  example: [path: string, text: string];
}

const floors = new Map([
  ['kernel', 0],
  ['contracts', 1],
  ['store', 2],
  ['domain', 3],
  ['protocols', 3],
  ['app.ts', 4],
  ['config.ts', 4],
  ['config-settings.ts', 4],
  ['config-traces.ts', 4],
  ['config-values.ts', 4],
  ['server', 4],
  ['workers', 4],
  ['cli', 5],
  ['main.ts', 5],
]);
const ioModules = moduleNames(
  'child_process cluster dgram dns fs http https http2 inspector net sqlite tls worker_threads',
);
const networkModules = moduleNames('dgram dns http https http2 net tls');
const outboundGlobals = new Set(['EventSource', 'WebSocket', 'fetch']);
const clientNames =
  'Agent ClientRequest Socket connect createConnection createSocket get lookup request resolve';
const outboundNames = new Set(clientNames.split(' '));

/** A pattern of Node.js modules: `node:fs` and what is below it. */
function moduleNames(names: string): RegExp {
  return new RegExp(`^node:(${names.replaceAll(' ', '|')})(/|$)`);
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

/** Whether npm installs the package of a specifier (`ajv/dist/2020.js`) with the published one. */
function isInstalled(specifier: string): boolean {
  const [scope = '', name = ''] = specifier.split('/');
  return (scope.startsWith('@') ? `${scope}/${name}` : scope) in manifest.dependencies;
}

/** The room of a file: `kernel` for src/kernel/arn.ts, `app.ts` for src/app.ts. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function floorOf(path: string): number {
  return floors.get(roomOf(path)) ?? Number.NaN;
}

function isIn(path: string, ...rooms: string[]): boolean {
  return rooms.includes(roomOf(path));
}

function isStore(path: string): boolean {
  return path.endsWith('-store.ts');
}

/** The feature of a domain file: `tags` for src/domain/tags/add-tags.ts. */
function featureOf(path: string): string | undefined {
  const [, room, feature, file] = path.split('/');
  return room === 'domain' && file !== undefined ? feature : undefined;
}

/** Says every import of a file that is not allowed. */
function imports(source: Source, isWrong: (item: Import) => boolean): string[] {
  return source.imports
    .filter(isWrong)
    .map((item) => `${source.path} imports ${item.target || item.specifier}`);
}

/** The files that the features list as their operations: what an index.ts has from its folder. */
function operationFiles(all: readonly Source[]): Set<string> {
  const lists = all.filter((source) => featureOf(source.path) && source.path.endsWith('/index.ts'));
  const items = lists.flatMap((list) => list.imports);
  const listed = items.filter((item) => item.specifier.startsWith('./') && !item.typeOnly);
  return new Set(listed.map((item) => item.target));
}

/** What a file says that opens a connection: fetch, or a client's half of a network module. */
function outboundCalls(source: Source): string[] {
  const names = source.imports
    .filter((item) => networkModules.test(item.specifier) && !item.typeOnly)
    .flatMap((item) => item.names);
  const hasModule = names.includes('*') || names.includes('default');
  const said = [...nodesOf(source.tree)].flatMap((node) => {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return [];
    const { callee } = node;
    if (callee.type === 'Identifier') return outboundGlobals.has(callee.name) ? [callee.name] : [];
    const [object, member] = memberOf(callee);
    if (object === 'globalThis') return outboundGlobals.has(member) ? [member] : [];
    const isModule = hasModule && networkModules.test(`node:${object}`);
    return isModule && outboundNames.has(member) ? [`${object}.${member}`] : [];
  });
  return [...names.filter((name) => outboundNames.has(name)), ...said];
}

/** The two names of `object.member`; empty ones for anything else. */
function memberOf(node: Node): [object: string, member: string] {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return ['', ''];
  return node.property.type === 'Identifier' ? [node.object.name, node.property.name] : ['', ''];
}

/** Every rule, in the order of the house's floors. */
export const rules: Rule[] = [
  {
    sentence: 'Every file under src has a floor: a new folder needs its place in floors.ts.',
    breaches: ({ path }) => (Number.isNaN(floorOf(path)) ? [path] : []),
    example: ['src/utils/strings.ts', ''],
  },
  {
    sentence:
      'An import only points down: kernel, contracts, store, then domain or protocols, then app, ' +
      'server and workers, then main and cli.',
    breaches: (source) => imports(source, ({ target }) => floorOf(target) > floorOf(source.path)),
    example: ['src/kernel/arn.ts', "import type { Call } from '../domain/call.ts';"],
  },
  {
    sentence: 'There is no door between domain and protocols: they meet in the hall only.',
    breaches: (source) =>
      imports(
        source,
        ({ target }) =>
          (isIn(source.path, 'domain') && isIn(target, 'protocols')) ||
          (isIn(source.path, 'protocols') && isIn(target, 'domain')),
      ),
    example: ['src/protocols/route.ts', "import type { Call } from '../domain/call.ts';"],
  },
  {
    sentence: 'Protocols spell the wire and know nothing of the store.',
    breaches: (source) =>
      isIn(source.path, 'protocols') ? imports(source, ({ target }) => isIn(target, 'store')) : [],
    example: ['src/protocols/aws-json.ts', "import type { Row } from '../store/tables.ts';"],
  },
  {
    sentence: 'Inside domain only *-store.ts files import the store; types apart.',
    breaches: (source) =>
      isIn(source.path, 'domain') && !isStore(source.path)
        ? imports(source, ({ target, typeOnly }) => !typeOnly && isIn(target, 'store'))
        : [],
    example: ['src/domain/tags/add-tags.ts', "import { query } from '../../store/query.ts';"],
  },
  {
    sentence: 'Domain code does no I/O of its own: no files, sockets, processes or databases.',
    breaches: (source) =>
      isIn(source.path, 'domain')
        ? imports(source, ({ specifier, typeOnly }) => !typeOnly && ioModules.test(specifier))
        : [],
    example: ['src/domain/tags/tag-list.ts', "import { readFileSync } from 'node:fs';"],
  },
  {
    sentence: 'A thing, its *-events.ts and *-policy.ts are pure: they ask no store.',
    breaches: (source, all) => {
      if (operationFiles(all).has(source.path)) return [];
      const feature = featureOf(source.path);
      if (feature === undefined) return [];
      const isThing = basename(source.path) === `${singular(feature)}.ts`;
      return isThing || /-(events|pattern|policy)\.ts$/.test(source.path)
        ? imports(source, ({ target, typeOnly }) => !typeOnly && isStore(target))
        : [];
    },
    example: ['src/domain/tags/tag.ts', "import { findTag } from './tag-store.ts';"],
  },
  {
    sentence: "Operations never call operations: only a feature's index.ts lists them.",
    breaches: (source, all) => {
      if (!isIn(source.path, 'domain') || source.path.endsWith('/index.ts')) return [];
      const operations = operationFiles(all);
      return imports(source, ({ target }) => operations.has(target));
    },
    example: ['src/domain/cards/export-card.ts', "import { addTags } from '../tags/add-tags.ts';"],
  },
  {
    sentence: "A feature's index.ts is read by operations.ts only.",
    breaches: (source) =>
      isIn(source.path, 'domain') && source.path !== 'src/domain/operations.ts'
        ? imports(source, ({ target }) => /^src\/domain\/.+\/index\.ts$/.test(target))
        : [],
    example: ['src/domain/cards/card.ts', "import { tagOperations } from '../tags/index.ts';"],
  },
  {
    sentence: 'Kysely is spoken under src/store and in *-store.ts files only.',
    breaches: (source) =>
      isIn(source.path, 'store') || isStore(source.path)
        ? []
        : imports(source, ({ specifier }) => /^kysely(\/|$)/.test(specifier)),
    example: ['src/domain/tags/list-tags.ts', "import { sql } from 'kysely';"],
  },
  {
    sentence: 'The databases are opened under src/store only.',
    breaches: (source) =>
      isIn(source.path, 'store')
        ? []
        : imports(source, ({ specifier }) => /^(node:sqlite|pg)$/.test(specifier)),
    example: ['src/server/health.ts', "import { DatabaseSync } from 'node:sqlite';"],
  },
  {
    sentence: 'Only config.ts reads the environment, and cli the credentials of its caller.',
    breaches: ({ path, tree, imports: items }) => {
      if (isIn(path, 'config.ts', 'cli')) return [];
      const isRead = [...nodesOf(tree)].some((node) => memberOf(node).join('.') === 'process.env');
      const isImported = items.some(
        ({ specifier, names }) => specifier === 'node:process' && names.includes('env'),
      );
      return isRead || isImported ? [`${path} reads process.env`] : [];
    },
    example: ['src/server/http.ts', 'const port = process.env.PORT;'],
  },
  {
    sentence: 'Only workers and cli open outbound connections.',
    breaches: (source) =>
      isIn(source.path, 'workers', 'cli')
        ? []
        : outboundCalls(source).map((name) => `${source.path} uses ${name}`),
    example: ['src/server/live.ts', "await fetch('http://example.com');"],
  },
  {
    sentence: 'src imports nothing from outside src, so that the built package stands alone.',
    breaches: (source) =>
      imports(source, ({ target }) => target !== '' && !target.startsWith('src/')),
    example: ['src/cli/version.ts', "import manifest from '../../package.json';"],
  },
  {
    sentence: 'src uses only packages that are installed with it: "dependencies" of package.json.',
    breaches: (source) =>
      imports(
        source,
        ({ specifier, target, typeOnly }) =>
          !typeOnly && target === '' && !specifier.startsWith('node:') && !isInstalled(specifier),
      ),
    example: ['src/cli/lint.ts', "import { parseSync } from 'oxc-parser';"],
  },
  {
    sentence: 'What runs in production imports no test and no helper of tests.',
    breaches: (source) => imports(source, ({ target }) => isTest(target)),
    example: ['src/server/clock.ts', "import { clock } from '../store/testing.ts';"],
  },
];

function singular(feature: string): string {
  return feature.replace(/s$/, '');
}

/** What breaks a rule in the files that the rules are about: src without tests. */
export function breachesOf(rule: Rule, all: readonly Source[]): string[] {
  const bound = all.filter(({ path }) => path.startsWith('src/') && !isTest(path));
  return bound.flatMap((source) => rule.breaches(source, bound));
}
