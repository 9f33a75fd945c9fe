// LuCI's rpc: one HTTP request a call; results, errors and defaults as the real one gives them.

type Declaration = {
  readonly object: string;
  readonly method: string;
  readonly params?: readonly string[];
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly reject?: boolean;
};
type Reply = {
  readonly result?: readonly [number, unknown?];
  readonly error?: { readonly code: number; readonly message: string };
};

export class Rpc {
  readonly #path: string;
  readonly #session: string;
  #asked = 0;

  constructor(path: string, session: string) {
    this.#path = path;
    this.#session = session;
  }

  declare(call: Declaration): (...given: unknown[]) => Promise<unknown> {
    return async (...given) => {
      const named = (call.params ?? []).map((name, index) => [name, given[index]] as const);
      const reply = await this.#ask(call, Object.fromEntries(named.filter(([, value]) => value !== undefined)));
      const name = `RPC call to ${call.object}/${call.method}`;
      if (reply.error !== undefined)
        throw rpcError(`${name} failed with error ${reply.error.code}: ${reply.error.message}`);
      const [status = 9, data] = reply.result ?? [];
      if (call.reject === true && status !== 0) throw rpcError(`${name} failed with ubus code ${status}: refused`);
      return expected(data ?? status, call.expect);
    };
  }

  async #ask({ object, method }: Declaration, given: object): Promise<Reply> {
    this.#asked++;
    const body = { jsonrpc: '2.0', id: this.#asked, method: 'call', params: [this.#session, object, method, given] };
    const answer = await fetch(this.#path, { method: 'POST', body: JSON.stringify(body) });
    return answer.json();
  }
}

function rpcError(text: string): Error {
  const error = new Error(`${text}\n  at a place in the stack`);
  error.name = 'RPCError';
  return error;
}

/** The value under the key, or the default where its type is another. */
function expected(answer: unknown, expect: Readonly<Record<string, unknown>> | undefined): unknown {
  const [entry] = Object.entries(expect ?? {});
  if (entry === undefined) return answer;
  const [key, fallback] = entry;
  const value = key === '' ? answer : (answer as Record<string, unknown> | undefined)?.[key];
  const kindOf = (one: unknown) => Object.prototype.toString.call(one);
  return kindOf(value) === kindOf(fallback) ? value : fallback;
}
