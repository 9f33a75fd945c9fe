// One BSS of Debian's hostapd, shown on ubus as hostapd of OpenWrt 24.10 shows it: the facts come from hostapd's control
// socket, the shapes from recordings of the real program. Only what pmip asks for is offered. What the control socket
// does not tell: `auth` and `probe` are not notified; `assoc` comes together with `sta-authorized`, not before it; whether
// a client left by a deauthentication or a disassociation. On the control socket every command is answered in turn, and
// events, which begin with their level in angle brackets, come in between.

import { parseMac } from '../../../src/octets/address.ts';
import { type BlobmsgElement, toPlain } from '../../../src/ubus-js/blobmsg.ts';
import type { Methods } from '../../../src/ubus-js/own-objects.ts';
import { STATUS } from '../../../src/ubus-js/status.ts';
import { clientElements, type Fields, readFields, statusElements } from './hostapd-answers.ts';

export const BSS_METHODS: Methods = {
  get_clients: {},
  get_status: {},
  del_client: { addr: 'string', reason: 'int32', deauth: 'int8', ban_time: 'int32' },
};

export type BssEffect<Caller> =
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'notify'; readonly notification: string; readonly data: readonly BlobmsgElement[] }
  | {
      readonly kind: 'reply';
      readonly caller: Caller;
      readonly status: number;
      readonly data?: readonly BlobmsgElement[];
    }
  | { readonly kind: 'enabled' | 'disabled' | 'terminated' };

type Question<Caller> =
  | { readonly kind: 'attach' | 'learnStatus' | 'ignore' }
  | { readonly kind: 'status'; readonly caller: Caller }
  | { readonly kind: 'clients'; readonly caller: Caller; readonly clients: Map<string, Fields>; isOutdated: boolean };

/** What the radios of mac80211_hwsim receive from each other. The control socket tells no signal with its events. */
const SIGNAL_DBM = -20;
/** IEEE 802.11, reason code 1: unspecified. hostapd's ubus methods have 0 by default, which no frame may carry. */
const UNSPECIFIED_REASON = 1;
const FIRST_CLIENT = 'STA-FIRST';
const EVENT = /^<\d>([A-Z0-9-]+)(?: ([0-9a-f:]{17}))?/;

export class Bss<Caller> {
  readonly interfaceName: string;
  readonly #questions: { text: string; question: Question<Caller> }[] = [];
  #status: Fields = new Map();
  #isEnabled = false;

  constructor(interfaceName: string) {
    this.interfaceName = interfaceName;
  }

  /** The control socket is there. */
  connected(): BssEffect<Caller>[] {
    return [...this.#ask('ATTACH', { kind: 'attach' }), ...this.#ask('STATUS', { kind: 'learnStatus' })];
  }

  received(text: string): BssEffect<Caller>[] {
    if (text.startsWith('<')) return this.#event(text);
    const asked = this.#questions.shift();
    if (asked === undefined) return [];
    const effects = this.#answer(asked.question, text);
    const next = this.#questions[0];
    return next === undefined || effects.some(({ kind }) => kind === 'command')
      ? effects
      : [...effects, { kind: 'command', text: next.text }];
  }

  invoked(method: string, given: readonly BlobmsgElement[], caller: Caller): BssEffect<Caller>[] {
    switch (method) {
      case 'get_clients':
        return this.#ask(FIRST_CLIENT, { kind: 'clients', caller, clients: new Map(), isOutdated: false });
      case 'get_status':
        return this.#ask('STATUS', { kind: 'status', caller });
      case 'del_client':
        return this.#deleteClient(given, caller);
      default:
        return [{ kind: 'reply', caller, status: STATUS.methodNotFound }];
    }
  }

  /** hostapd tells its end, unless it was killed: then sending this fails. */
  ping(): BssEffect<Caller>[] {
    return this.#ask('PING', { kind: 'ignore' });
  }

  #ask(text: string, question: Question<Caller>): BssEffect<Caller>[] {
    this.#questions.push({ text, question });
    return this.#questions.length === 1 ? [{ kind: 'command', text }] : [];
  }

  #answer(question: Question<Caller>, text: string): BssEffect<Caller>[] {
    switch (question.kind) {
      case 'learnStatus':
        this.#status = readFields(text);
        return this.#status.get('state') === 'ENABLED' ? this.#enabled() : [];
      case 'status': {
        const data = statusElements(readFields(text));
        return [{ kind: 'reply', caller: question.caller, status: STATUS.ok, data }];
      }
      case 'clients':
        return this.#oneClient(question, text);
      default:
        return [];
    }
  }

  /**
   * STA-FIRST and each STA-NEXT tell one client: its address alone on the first line. After the last comes nothing. hostapd's
   * own list is of one moment, so where somebody came or left in between it is asked for again from the first.
   */
  #oneClient(question: Extract<Question<Caller>, { kind: 'clients' }>, text: string): BssEffect<Caller>[] {
    const address = text.split('\n', 1)[0] ?? '';
    if (parseMac(address) === undefined) {
      const { caller, clients, isOutdated } = question;
      if (isOutdated)
        return this.#askFirst({ kind: 'clients', caller, clients: new Map(), isOutdated: false }, FIRST_CLIENT);
      const data = clientElements(Number(this.#status.get('freq') ?? 0), clients);
      return [{ kind: 'reply', caller, status: STATUS.ok, data }];
    }
    question.clients.set(address, readFields(text));
    return this.#askFirst(question, `STA-NEXT ${address}`);
  }

  /** Before all other questions. */
  #askFirst(question: Question<Caller>, text: string): BssEffect<Caller>[] {
    this.#questions.unshift({ text, question });
    return [{ kind: 'command', text }];
  }

  #event(text: string): BssEffect<Caller>[] {
    const [, name, address] = EVENT.exec(text) ?? [];
    switch (name) {
      case 'AP-STA-CONNECTED':
        return address === undefined ? [] : this.#stationConnected(address);
      case 'AP-STA-DISCONNECTED':
        return address === undefined ? [] : this.#stationDisconnected(address);
      case 'AP-ENABLED':
        return this.#ask('STATUS', { kind: 'learnStatus' });
      case 'AP-DISABLED':
        this.#isEnabled = false;
        return [{ kind: 'disabled' }];
      case 'CTRL-EVENT-TERMINATING':
        return [{ kind: 'terminated' }];
      default:
        return [];
    }
  }

  #enabled(): BssEffect<Caller>[] {
    if (this.#isEnabled) return [];
    this.#isEnabled = true;
    return [{ kind: 'enabled' }];
  }

  #stationConnected(address: string): BssEffect<Caller>[] {
    this.#clientsChanged();
    const station = this.#stationElements(address);
    const association: BlobmsgElement[] = [
      ...station,
      { name: 'target', type: 'string', value: this.#status.get('bssid[0]') ?? '' },
      { name: 'signal', type: 'int32', value: SIGNAL_DBM },
      { name: 'freq', type: 'int32', value: Number(this.#status.get('freq') ?? 0) },
    ];
    return [
      { kind: 'notify', notification: 'assoc', data: association },
      // The lab has WPA2-PSK; SAE would say "sae" here.
      {
        kind: 'notify',
        notification: 'sta-authorized',
        data: [...station, { name: 'auth-alg', type: 'string', value: 'open' }],
      },
    ];
  }

  #stationDisconnected(address: string): BssEffect<Caller>[] {
    this.#clientsChanged();
    const data = this.#stationElements(address);
    return [
      { kind: 'notify', notification: 'deauth', data },
      { kind: 'notify', notification: 'disassoc', data },
    ];
  }

  #clientsChanged(): void {
    const asked = this.#questions[0]?.question;
    if (asked?.kind === 'clients') asked.isOutdated = true;
  }

  #stationElements(address: string): BlobmsgElement[] {
    return [
      { name: 'address', type: 'string', value: address },
      { name: 'ifname', type: 'string', value: this.interfaceName },
    ];
  }

  /** An unknown client is no error; an address that is none is. */
  #deleteClient(given: readonly BlobmsgElement[], caller: Caller): BssEffect<Caller>[] {
    const { addr, reason, deauth } = toPlain(given);
    if (typeof addr !== 'string' || parseMac(addr) === undefined) {
      return [{ kind: 'reply', caller, status: STATUS.invalidArgument }];
    }
    const verb = deauth === true ? 'DEAUTHENTICATE' : 'DISASSOCIATE';
    const code = typeof reason === 'number' && reason > 0 ? reason : UNSPECIFIED_REASON;
    return [
      ...this.#ask(`${verb} ${addr} reason=${code}`, { kind: 'ignore' }),
      { kind: 'reply', caller, status: STATUS.ok },
    ];
  }
}
