// Whether a new binding leaves the mobile node its others (RFC 5944 §3.8.2.2), and whether there is room for it. Pure.

import { CODE } from '../../wire/registration.ts';
import type { HomeAgentSettings } from './configuration.ts';
import type { MobilityBinding } from './mobility-binding.ts';

/** The kernel has one route and one copy for each home address. */
const MOST_SIMULTANEOUS_BINDINGS = 2;

type NewBinding = Pick<MobilityBinding, 'careOfAddress' | 'encapsulation'>;
type Bound = readonly NewBinding[];

/** `bound`: the bindings of this mobile node. The kernel copies into the tunnel device of the original only. */
export function canBeBeside({ careOfAddress, encapsulation }: NewBinding, bound: Bound, settings: HomeAgentSettings) {
  const isAlike = (other: NewBinding) => other.encapsulation === encapsulation || other.careOfAddress === careOfAddress;
  return settings.areSimultaneousBindingsServed && bound.every(isAlike);
}

/**
 * The code that says whether there is room, beside the node's other bindings or in place of them. `isFull`: there are as many
 * bindings of all nodes as may be.
 */
export function roomFor(
  { careOfAddress }: Pick<NewBinding, 'careOfAddress'>,
  bound: Bound,
  { isBeside, isFull }: { readonly isBeside: boolean; readonly isFull: boolean },
): number {
  const others = bound.filter((other) => other.careOfAddress !== careOfAddress);
  if (isBeside && others.length >= MOST_SIMULTANEOUS_BINDINGS) return CODE.tooManySimultaneousBindings;
  const isMore = isBeside ? others.length === bound.length : bound.length === 0;
  return isMore && isFull ? CODE.homeAgentInsufficientResources : CODE.accepted;
}
