// The project's own rules about its files, checked like anything else. Each failure names the file, the line and the rule.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_LINES_OF_A_FILE = 500;
const MOST_LINES_OF_A_FUNCTION = 70;

/** What may be at the top of the repository, besides dotfiles and what .gitignore names. */
const TOP_LEVEL = [
  'ARCHITECTURE.md',
  'LICENSE',
  'Makefile',
  'README.md',
  'luci',
  'openwrt',
  'package-lock.json',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
];

/** Not ours to keep tidy: recordings, and what tools leave behind. */
const FOREIGN_FOLDERS = ['node_modules', 'vectors', '.git', 'build', 'dist'];

/** Files without anything that runs; a test of them could not fail. */
const PURE_TYPES = new Map([
  ['src/octets/digest.ts', 'the interface of digests, which each host has its own of'],
  ['src/roles/report.ts', 'the union of reports: data that roles make and the daemon reads'],
  ['src/roles/role.ts', 'the interface that all roles have'],
  ['src/roles/access-point/effects.ts', 'the union of what the access point asks of its host'],
  ['src/roles/authoritative-access-point/events.ts', 'the unions of what an authoritative access point hears and asks'],
  ['src/roles/subnet-map-client/events.ts', 'the unions of what the subnet map client hears and asks'],
  ['src/roles/foreign-agent/events.ts', 'the unions of what the foreign agent hears and asks'],
  ['src/roles/access-point/configuration.ts', 'the configuration of a role, as the daemon hands it in'],
  ['src/roles/home-agent/mobility-binding.ts', 'the fields of a binding'],
  ['luci/src/answers.ts', 'what the daemon answers on ubus'],
  ['src/ubus-js/effects.ts', 'the union of what the client asks of its runtime'],
]);

/** Tested in the real engine, in the lab or by running them: there is nothing of theirs that Node.js could run. */
const WITHOUT_TWIN = /^src\/(runtime\/|cli\/|quickjs-ffi\/|main\.ts$)/;

type Layer = { readonly files: RegExp; readonly mayImport: readonly RegExp[]; readonly onlyTypesOf?: RegExp };

const HOST_MODULES = /^(std|os|quickjs-ffi)$/;

/** Which files may import which; the first row that fits a file counts. Modules without a path stand as they are written. */
const LAYERS: readonly Layer[] = [
  { files: /^src\/octets\//, mayImport: [/^src\/octets\//] },
  { files: /^src\/wire\//, mayImport: [/^src\/(octets|wire)\//] },
  { files: /^src\/ubus-js\//, mayImport: [/^src\/(octets|ubus-js)\//] },
  // A role knows what all roles share and its own folder; see the rule about two roles below.
  { files: /^src\/roles\//, mayImport: [/^src\/(octets|wire|roles)\//] },
  { files: /^src\/clients\//, mayImport: [/^src\/(octets|wire|ubus-js|clients)\//] },
  {
    files: /^src\/config\//,
    mayImport: [/^src\/(octets|wire|config)\//, /^ip-num$/],
    onlyTypesOf: /^src\/wire\//,
  },
  {
    files: /^src\/daemon\//,
    mayImport: [/^src\/(octets|wire|ubus-js|roles|clients|config|daemon)\//, /^src\/runtime\/runtime\.ts$/],
  },
  {
    files: /^src\/runtime\/runtime\.ts$/,
    mayImport: [/^src\/(octets|wire|roles)\//],
    onlyTypesOf: /^src\//,
  },
  { files: /^src\/runtime\//, mayImport: [/^src\/(?!cli\/|main\.ts$)/, HOST_MODULES] },
  { files: /^src\/cli\//, mayImport: [/^src\/(runtime|clients|wire|ubus-js|config|octets|cli)\//, HOST_MODULES] },
  // Pages take the daemon's table of options and what reads it; of LuCI's own modules nothing is imported.
  { files: /^luci\/src\//, mayImport: [/^luci\/src\//, /^src\/(config|octets)\//] },
  {
    files: /^luci\/translations\//,
    mayImport: [
      /^luci\/(translations|src\/option-words\.ts$)/,
      /^src\/config\/options\.ts$/,
      /^(node:\w+|typescript)$/,
    ],
  },
  { files: /^src\/main\.ts$/, mayImport: [/^src\/(daemon|runtime|cli)\//, HOST_MODULES] },
];

/** Drawn, pressed and looked at in a browser: test/browser. */
const IN_BROWSER =
  /^luci\/(src\/(pages\/|drawing|element|pause|settings-form|station-dialog|table-view|uci-changes)|translations\/(main|template)\.ts$)/;

/** Where a clock, chance, promises and the host may be used. */
const HOST_FILES = /^src\/(runtime\/quickjs\/|cli\/|main\.ts$)/;
const HOST_NAMES = new Set([
  ...['Date', 'Promise', 'performance', 'console', 'print', 'scriptArgs', 'globalThis', 'process', 'Buffer'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  ...['TextEncoder', 'TextDecoder', 'URL', 'structuredClone', 'crypto', 'fetch', 'require'],
]);

// Put together here, so that this file may hold them too.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK', 'W' + 'IP'].join('|')})\\b`);
const SWITCHED_OFF = new RegExp(
  `\\b(test|describe|it|suite)\\.(${['sk' + 'ip', 'on' + 'ly', 'to' + 'do'].join('|')})\\b`,
);
const SILENCED = new RegExp(`@ts-(${['ig' + 'nore', 'no' + 'check'].join('|')})`);

const allFiles = [...filesUnder('src'), ...filesUnder('test'), ...filesUnder('openwrt'), ...filesUnder('luci')];
const ourFiles = [...allFiles, 'Makefile', 'README.md', 'ARCHITECTURE.md'].filter((path) =>
  existsSync(join(ROOT, path)),
);
const sources = allFiles.filter(
  (path) => /^(src|luci\/src|luci\/translations)\//.test(path) && path.endsWith('.ts') && !path.endsWith('.d.ts'),
);
const programs = allFiles.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
const trees = new Map(programs.map((path) => [path, parsed(path)]));

test('there is something to check', () => {
  expect(sources.length).toBeGreaterThan(30);
  expect(sources).toContain('src/octets/address.ts');
  expect(programs).toContain('test/tidy.test.ts');
});

describe('imports', () => {
  test('every source file belongs to a layer', () => {
    expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  test('go from a layer to those below it and to no other', () => {
    expect(
      complaints(sources, ({ path, imports }) =>
        imports
          .filter(({ target }) => !layerOf(path)?.mayImport.some((allowed) => allowed.test(target)))
          .map(({ line, target }) => `${line} imports ${target}`),
      ),
    ).toEqual([]);
  });

  test('are for types alone where a layer only shares the words of another', () => {
    expect(
      complaints(sources, ({ path, imports }) =>
        imports
          .filter(({ target, isType }) => !isType && layerOf(path)?.onlyTypesOf?.test(target))
          .map(({ line, target }) => `${line} imports more than types of ${target}`),
      ),
    ).toEqual([]);
  });

  test('do not go from one role to another, nor from what roles share to a role', () => {
    const folderOf = (path: string) => /^src\/roles\/([^/]+)\//.exec(path)?.[1];
    expect(
      complaints(sources, ({ path, imports }) => {
        if (!path.startsWith('src/roles/')) return [];
        return imports
          .filter(({ target }) => folderOf(target) !== undefined && folderOf(target) !== folderOf(path))
          .map(({ line, target }) => `${line} imports ${target}`);
      }),
    ).toEqual([]);
  });

  test('name files that exist, with their extension', () => {
    expect(
      complaints(sources, ({ imports }) =>
        imports
          .filter(({ target }) => target.startsWith('src/') && !existsSync(join(ROOT, target)))
          .map(({ line, target }) => `${line} imports ${target}`),
      ),
    ).toEqual([]);
  });
});

test('clock, chance, promises and the host stay in src/runtime/quickjs, src/cli and src/main.ts', () => {
  const guarded = sources.filter((path) => path.startsWith('src/') && !HOST_FILES.test(path));
  expect(
    complaints(guarded, ({ tree }) => {
      const found: string[] = [];
      visit(tree, (node) => {
        const name = hostName(node);
        if (name !== undefined) found.push(`${lineOf(tree, node)} uses ${name}`);
      });
      return found;
    }),
  ).toEqual([]);
});

describe('a test twin', () => {
  test('stands for each source file at the same path', () => {
    const lonely = sources.filter((path) => {
      if (WITHOUT_TWIN.test(path) || IN_BROWSER.test(path) || PURE_TYPES.has(path)) return false;
      return !existsSync(
        join(ROOT, path.replace(/^(luci\/)?src\/|^(?=luci\/)/, 'test/$1').replace(/\.ts$/, '.test.ts')),
      );
    });
    expect(lonely).toEqual([]);
  });

  test('is missing only from files that exist and in which nothing runs', () => {
    const running = [...PURE_TYPES.keys()].filter((path) => {
      const tree = trees.get(path);
      return tree === undefined || !tree.statements.every(isOnlyType);
    });
    expect(running).toEqual([]);
  });
});

describe('size', () => {
  test(`no file has more than ${MOST_LINES_OF_A_FILE} lines`, () => {
    const long = allFiles
      .filter((path) => /\.(ts|js|c|h|sh|awk|py|uc)$/.test(path))
      .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > MOST_LINES_OF_A_FILE)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });

  test(`no function has more than ${MOST_LINES_OF_A_FUNCTION} lines`, () => {
    expect(
      complaints(programs, ({ tree }) => {
        const found: string[] = [];
        visit(tree, (node) => {
          if (!ts.isFunctionLike(node) || isGroupOfTests(node)) return;
          const lines = lineOf(tree, node, node.getEnd()) - lineOf(tree, node) + 1;
          if (lines > MOST_LINES_OF_A_FUNCTION) found.push(`${lineOf(tree, node)} begins a function of ${lines} lines`);
        });
        return found;
      }),
    ).toEqual([]);
  });
});

describe('nothing is unfinished', () => {
  test.each([
    ['no marker of work in progress', UNFINISHED],
    ['no test is switched off, and none runs alone', SWITCHED_OFF],
    ['no compiler error is silenced', SILENCED],
  ])('%s', (_what, pattern) => {
    const found = ourFiles.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

describe('the repository', () => {
  test('has nothing at its top that is not meant to be there', () => {
    const ignored = read('.gitignore')
      .split('\n')
      .map((line) => line.replace(/^\/|\/$/g, ''));
    const strangers = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !TOP_LEVEL.includes(name) && !ignored.includes(name),
    );
    expect(strangers).toEqual([]);
  });

  test('locks versions and checksums of packages, but not where they are downloaded from', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
    };
    const entries = Object.entries(packages).filter(([name]) => name !== '');
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name)).toEqual([]);
    expect(entries.filter(([, { integrity, link }]) => integrity === undefined && !link).map(([name]) => name)).toEqual(
      [],
    );
  });
});

type Import = { readonly line: number; readonly target: string; readonly isType: boolean };
type Parsed = { readonly path: string; readonly tree: ts.SourceFile; readonly imports: readonly Import[] };

/** 'path:line what is wrong', of all files. */
function complaints(paths: readonly string[], check: (file: Parsed) => readonly string[]): string[] {
  return paths.flatMap((path) => {
    const tree = trees.get(path);
    if (tree === undefined) return [];
    return check({ path, tree, imports: importsOf(path, tree) }).map((complaint) => `${path}:${complaint}`);
  });
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  visit(tree, (node) => {
    const specifier = moduleSpecifier(node);
    if (specifier === undefined) return;
    const target = specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier;
    imports.push({ line: lineOf(tree, node), target, isType: isTypeImport(node) });
  });
  return imports;
}

function moduleSpecifier(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return node.argument.literal.text;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument !== undefined && ts.isStringLiteral(argument) ? argument.text : 'what is known only at run time';
  }
  return undefined;
}

function isTypeImport(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node)) return false;
  const bindings = node.importClause?.namedBindings;
  if (node.importClause?.isTypeOnly) return true;
  if (bindings === undefined || !ts.isNamedImports(bindings) || node.importClause?.name !== undefined) return false;
  return bindings.elements.length > 0 && bindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

/** The name of what a file below the runtime must not use. */
function hostName(node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return 'for await';
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.getText() === 'Math' && node.name.text === 'random' ? 'Math.random' : undefined;
  }
  if (!ts.isIdentifier(node) || !HOST_NAMES.has(node.text) || isMemberName(node)) return undefined;
  return node.text;
}

/** `.print` of something, or `print` as a field or method of ours. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent);
  return isMember && parent.name === node;
}

function isOnlyType(statement: ts.Statement): boolean {
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) return true;
  return ts.isImportDeclaration(statement) && isTypeImport(statement);
}

/** The callback of `describe`: it only holds tests, and each of them is measured. */
function isGroupOfTests(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ files }) => files.test(path));
}

function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  ts.forEachChild(node, (child) => visit(child, act));
}

function lineOf(tree: ts.SourceFile, node: ts.Node, position = node.getStart()): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2023, true);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function filesUnder(folder: string): string[] {
  const directory = join(ROOT, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !FOREIGN_FOLDERS.includes(name))
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesUnder(relative(ROOT, path)) : [relative(ROOT, path)];
    });
}
