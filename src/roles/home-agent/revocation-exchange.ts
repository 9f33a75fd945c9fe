// The home agent's part in revocation (RFC 3543): what it agrees on with a foreign agent, tells it when a binding through
// it has ended (§4.2.2.1), and does when the foreign agent ends one (§4.2.3.2). All of it is signed with the key that the
// two agents share; where they share none, nothing is agreed on. (A mobile node's own key would not do: it could sign the
// messages, but not the agreement, which is the foreign agent's to offer.)

import type { Ipv4Address } from '../../octets/address.ts';
import type { Digests } from '../../octets/digest.ts';
import type { RegistrationRequest } from '../../wire/registration.ts';
import type { RegistrationRevocation, RevocationAcknowledgment } from '../../wire/revocation.ts';
import { latestTimestamp } from '../../wire/revocation-support.ts';
import { ExpiringTable, earlier } from '../expiring-table.ts';
import type { DiscardReason } from '../report.ts';
import type { Moment } from '../role.ts';
import type { HomeAgentSettings } from './configuration.ts';
import type { HomeAgentEffect, MessageArrival } from './home-agent.ts';
import type { MobilityBinding, RevocationTerms } from './mobility-binding.ts';
import { checkAgentAuthentication, type Signers } from './request-authentication.ts';
import { checkRevocation, negotiatedRevocation } from './revocation-checks.ts';
import { acknowledgmentSent, revocationSent } from './revocation-messages.ts';
import { type Revocation, Revocations, type RevokedBinding } from './revocations.ts';

export type RevocationWish = {
  /** The foreign agent shall tell the mobile node. */
  readonly inform: boolean;
  /** Whose message it was that ended the binding: that agent knows. */
  readonly except: Ipv4Address | undefined;
};

export class RevocationExchange {
  readonly #digests: Digests;
  readonly #unanswered = new Revocations();
  /** Bindings that a foreign agent has ended: it says so again where our acknowledgment was lost. */
  readonly #ended = new ExpiringTable<RevokedBinding>();
  /** The latest identifier that was sent; none of those can be taken to mean what is agreed on after it. */
  #lastIdentifier: number | undefined;

  constructor(digests: Digests) {
    this.#digests = digests;
  }

  nextDeadline(): number | undefined {
    return earlier(this.#unanswered.nextDeadline(), this.#ended.nextExpiry());
  }

  isAwaiting({ homeAddress }: RevocationAcknowledgment, { sourceAddress }: MessageArrival): boolean {
    return this.#unanswered.get({ homeAddress, sourceAddress }) !== undefined;
  }

  /** What is agreed on with this request's foreign agent. */
  negotiated(
    request: RegistrationRequest,
    { signers, sourceAddress }: { readonly signers: Signers; readonly sourceAddress: Ipv4Address },
    before: MobilityBinding | undefined,
    now: Moment,
  ): RevocationTerms | undefined {
    if (signers.foreignAgent === undefined) return undefined;
    const unanswered = this.#unanswered.get({ homeAddress: request.homeAddress, sourceAddress });
    // Later than all that was said of the old binding, so that none of it can be taken to mean the new one.
    const lastTimestamp = unanswered?.identifiers.at(-1) ?? before?.revocation?.ownTimestamp;
    return negotiatedRevocation(request, { lastTimestamp, lastIdentifier: this.#lastIdentifier }, now.unixMs);
  }

  /** The mobile node is with this foreign agent now: what was said of an earlier binding there must not be repeated. */
  registered(binding: MobilityBinding): void {
    this.#unanswered.end(binding);
    this.#ended.delete(binding.homeAddress);
  }

  /** A binding has ended without its foreign agent: it is told, if it agreed to hear of it. */
  begin(binding: MobilityBinding, wish: RevocationWish, settings: HomeAgentSettings, now: Moment): HomeAgentEffect[] {
    if (!isRevocable(binding) || binding.sourceAddress === wish.except) return [];
    // Nobody would believe it from another address of ours.
    if (!settings.addresses.includes(binding.homeAgent)) return [];
    const { homeAddress } = binding;
    if (this.#unanswered.size >= settings.mostRevocations) {
      return [{ kind: 'report', report: { kind: 'tooManyRevocations', homeAddress } }];
    }
    this.#unanswered.begin(binding, wish.inform, now.monotonicMs);
    return this.deadlineReached(settings, now);
  }

  deadlineReached(settings: HomeAgentSettings, now: Moment): HomeAgentEffect[] {
    while (this.#ended.takeExpired(now.monotonicMs) !== undefined);
    const { sent, ended } = this.#unanswered.due(now);
    const effects = sent.flatMap((revocation) => this.#send(revocation, settings));
    return [...effects, ...ended.map(unanswered)];
  }

  /** `binding`: that of the home address now. `isEnded`: it is to end. */
  received(
    revocation: RegistrationRevocation,
    arrival: MessageArrival,
    binding: MobilityBinding | undefined,
    settings: HomeAgentSettings,
  ): { readonly isEnded: boolean; readonly effects: HomeAgentEffect[] } {
    const authentication = checkAgentAuthentication(revocation, arrival, settings, this.#digests);
    if (authentication.kind === 'discard') return refused(revocation, authentication.reason);
    const { sourceAddress } = arrival;
    const meant = this.#meant(revocation, sourceAddress, binding);
    const reason = checkRevocation(revocation, sourceAddress, meant);
    if (reason !== undefined) return refused(revocation, reason);
    if (meant === undefined || !isRevocable(meant)) return refused(revocation, 'noBinding');
    this.#unanswered.end({ homeAddress: revocation.homeAddress, sourceAddress });
    if (this.#ended.size < settings.mostRevocations) {
      const terms = { ...meant.revocation, foreignTimestamp: revocation.revocationIdentifier };
      this.#ended.set({ ...meant, revocation: terms });
    }
    const signing = { association: authentication.association, digests: this.#digests };
    const acknowledgment = acknowledgmentSent(revocation, meant.revocation, arrival, signing);
    return { isEnded: meant === binding, effects: [acknowledgment] };
  }

  acknowledged(
    acknowledgment: RevocationAcknowledgment,
    arrival: MessageArrival,
    settings: HomeAgentSettings,
  ): HomeAgentEffect[] {
    const authentication = checkAgentAuthentication(acknowledgment, arrival, settings, this.#digests);
    if (authentication.kind === 'discard') return [discarded(acknowledgment, authentication.reason)];
    const { homeAddress, revocationIdentifier } = acknowledgment;
    const peer = { homeAddress, sourceAddress: arrival.sourceAddress };
    const revocation = this.#unanswered.get(peer);
    if (revocation === undefined) return [discarded(acknowledgment, 'noBinding')];
    if (!revocation.identifiers.includes(revocationIdentifier)) return [discarded(acknowledgment, 'badIdentifier')];
    this.#unanswered.end(peer);
    const report = { kind: 'revocationAcknowledged', by: 'homeAgent', homeAddress, peer: peer.sourceAddress } as const;
    return [{ kind: 'report', report }];
  }

  /** The living binding, else one that the foreign agent has ended, else one of which we are telling it ourselves. */
  #meant(
    { homeAddress, foreignDomainAddress }: RegistrationRevocation,
    sourceAddress: Ipv4Address,
    binding: MobilityBinding | undefined,
  ): MobilityBinding | undefined {
    const known = [
      binding,
      this.#ended.get(homeAddress),
      this.#unanswered.get({ homeAddress, sourceAddress })?.binding,
    ];
    return known.find((candidate) => candidate?.careOfAddress === foreignDomainAddress);
  }

  #send(revocation: Revocation, { agentAssociations }: HomeAgentSettings): HomeAgentEffect[] {
    const { binding, identifiers } = revocation;
    const { homeAddress, sourceAddress: peer } = binding;
    this.#lastIdentifier = latestTimestamp(this.#lastIdentifier, identifiers.at(-1));
    const association = agentAssociations.forPeer('foreign-home', peer);
    if (association === undefined) {
      this.#unanswered.end(binding);
      return [unanswered(revocation)];
    }
    const report = { kind: 'revocationSent', by: 'homeAgent', homeAddress, peer, attempt: identifiers.length } as const;
    return [revocationSent(revocation, association, this.#digests), { kind: 'report', report }];
  }
}

function isRevocable(binding: MobilityBinding): binding is RevokedBinding {
  return binding.revocation !== undefined;
}

function unanswered({ binding: { homeAddress, sourceAddress: peer } }: Revocation): HomeAgentEffect {
  return { kind: 'report', report: { kind: 'revocationUnanswered', by: 'homeAgent', homeAddress, peer } };
}

type About = { readonly homeAddress: Ipv4Address };

function refused(about: About, reason: DiscardReason) {
  return { isEnded: false, effects: [discarded(about, reason)] };
}

function discarded({ homeAddress }: About, reason: DiscardReason): HomeAgentEffect {
  return { kind: 'report', report: { kind: 'revocationDiscarded', by: 'homeAgent', homeAddress, reason } };
}
