// Who may call what, from the ACL files of LuCI applications, as rpcd's session.c grants it: an array stands for objects with
// the function `read` or `write`, a table names the functions of each object; write implies read.

import { readFileSync } from 'node:fs';

type Permission = 'read' | 'write';
type Scopes = Readonly<Record<string, readonly string[] | Readonly<Record<string, readonly string[]>>>>;
export type AclFile = Readonly<Record<string, { readonly read?: Scopes; readonly write?: Scopes }>>;

/** What luci-base grants to everybody who may read, or write, everything. */
const LUCI_BASE: AclFile = {
  'luci-base': {
    read: {
      ubus: { file: ['list'], uci: ['changes', 'get'], luci: ['getFeatures'], session: ['access'] },
      uci: ['system', 'luci'],
    },
    write: { ubus: { uci: ['add', 'apply', 'confirm', 'delete', 'order', 'rename', 'set'] } },
  },
};

export class Access {
  readonly #granted = new Set<string>();

  constructor(login: Permission, files: readonly AclFile[]) {
    for (const file of [LUCI_BASE, ...files]) {
      for (const [group, { read, write }] of Object.entries(file)) {
        if (read !== undefined) this.#grant(group, 'read', read);
        if (write !== undefined && login === 'write') this.#grant(group, 'write', write);
      }
    }
  }

  allows(scope: string, object: string, called: string): boolean {
    return this.#granted.has(`${scope} ${object} ${called}`);
  }

  #grant(group: string, permission: Permission, scopes: Scopes): void {
    this.#granted.add(`access-group ${group} ${permission}`);
    for (const [scope, objects] of Object.entries(scopes)) {
      const rows = Array.isArray(objects)
        ? objects.map((object: string) => [object, [permission]] as const)
        : Object.entries(objects as Readonly<Record<string, readonly string[]>>);
      for (const [object, functions] of rows) {
        for (const called of functions) this.#granted.add(`${scope} ${object} ${called}`);
      }
    }
  }
}

export function readAcl(path: string): AclFile {
  return JSON.parse(readFileSync(path, 'utf8'));
}
