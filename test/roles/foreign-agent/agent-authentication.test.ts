import { describe, expect, test } from 'vitest';
import { AgentAuthentication } from '../../../src/roles/foreign-agent/agent-authentication.ts';
import { AgentAssociations } from '../../../src/roles/security-associations.ts';
import { appendAuthentication } from '../../../src/wire/authentication.ts';
import { EXTENSION } from '../../../src/wire/extensions.ts';
import { decodeRegistrationReply } from '../../../src/wire/registration.ts';
import { ip } from '../../addresses.ts';
import { digests } from '../../digests.ts';
import { flipped, hex } from '../../hex.ts';
import { reply } from '../messages.ts';
import { homeAgent, signedReply, withHomeAgent } from './scene.ts';

const newKey = { ...withHomeAgent, spi: 0x201, key: hex('00112233445566778899aabbccddee00') };
const authentication = new AgentAuthentication(new AgentAssociations([withHomeAgent, newKey]), digests);

describe('a message', () => {
  test('of a peer that we share nothing with needs no signature and must have none', () => {
    const stranger = ip('10.9.0.1');
    expect(authentication.check(reply(), 'foreign-home', stranger)).toEqual({ kind: 'unsigned' });
    expect(authentication.check(signedReply(), 'foreign-home', stranger)).toEqual({
      kind: 'refused',
      reason: 'noMobilitySecurityAssociation',
    });
    // The association with a home agent says nothing about a mobile node of that address.
    expect(authentication.check(reply(), 'mobile-foreign', homeAgent)).toEqual({ kind: 'unsigned' });
  });

  test.each([0x200, 0x201])('that is signed with either of two keys is believed: SPI %i', (spi) => {
    const by = spi === 0x200 ? withHomeAgent : newKey;
    expect(authentication.check(signedReply({}, { by }), 'foreign-home', homeAgent)).toMatchObject({
      kind: 'signed',
      spi,
    });
  });

  test.each([
    ['not signed', reply(), 'missingSecurityExtension'],
    ['signed twice', twice(), 'missingSecurityExtension'],
    ['signed under another SPI', signedReply({}, { by: { ...withHomeAgent, spi: 0x999 } }), 'badSPI'],
    ['signed with another key', signedReply({}, { by: { ...withHomeAgent, key: hex('00') } }), 'badAuthenticator'],
    ['changed on its way', changed(), 'badAuthenticator'],
  ])('that is %s is refused', (_what, message, reason) => {
    expect(authentication.check(message, 'foreign-home', homeAgent)).toEqual({ kind: 'refused', reason });
  });
});

test('we sign with what the peer has signed with, or else with the first', () => {
  expect(authentication.signing('foreign-home', homeAgent, 0x201)?.association.spi).toBe(0x201);
  expect(authentication.signing('foreign-home', homeAgent, 0x999)?.association.spi).toBe(0x200);
  expect(authentication.signing('foreign-home', homeAgent, undefined)?.association.spi).toBe(0x200);
  expect(authentication.signing('foreign-home', ip('10.9.0.1'), 0x200)).toBeUndefined();
});

function twice() {
  const { octets } = signedReply();
  return decodeRegistrationReply(
    appendAuthentication(octets, EXTENSION.foreignHomeAuthentication, withHomeAgent, digests),
  );
}

/** Another lifetime than the one that was signed. */
function changed() {
  return decodeRegistrationReply(flipped(signedReply().octets, 8 * 3));
}
