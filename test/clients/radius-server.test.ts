import { expect, test } from 'vitest';
import { AskedServer, type RadiusQuestion } from '../../src/clients/radius-server.ts';
import { ip } from '../addresses.ts';

const server = { address: ip('192.0.2.1'), port: 1812, secret: Uint8Array.of(1), timeoutMs: 3000, tries: 3 };

function question(identifier: number, retryAtMs = 3000): RadiusQuestion {
  const octets = new Uint8Array(20);
  const authenticator = new Uint8Array(16);
  return { homeAddress: ip('10.1.0.77'), identifier, authenticator, octets, attempt: 1, askedAtMs: 0, retryAtMs };
}

test('identifiers come round after 256, past those of questions that are still open', () => {
  const asked = new AskedServer(server, 254);
  expect([asked.newIdentifier(), asked.newIdentifier()]).toEqual([255, 0]);
  asked.put(question(1));
  expect(asked.newIdentifier()).toBe(2);
  for (let count = 0; count < 254; count++) asked.newIdentifier();
  expect(asked.newIdentifier()).toBe(2);
});

test('one that answers is busy with 64 questions; one that failed is set aside, then asked one at a time', () => {
  const asked = new AskedServer(server, 0);
  for (let identifier = 0; identifier < 64; identifier++) {
    expect(asked.readiness(0)).toBe('ready');
    asked.put(question(identifier, 3000 + identifier));
  }
  expect(asked.readiness(0)).toBe('busy');
  expect(asked.nextDeadline(false, 0)).toBe(3000);
  expect(asked.failed('silent', 1000)).toHaveLength(64);
  expect([asked.readiness(1000), asked.readiness(30_999)]).toEqual(['aside', 'aside']);
  expect([asked.nextDeadline(false, 1000), asked.nextDeadline(true, 1000)]).toEqual([undefined, 31_000]);
  expect(asked.readiness(31_000)).toBe('ready');
  asked.put(question(7));
  expect(asked.readiness(31_000)).toBe('aside');
  asked.answered(31_010);
  expect([asked.state, asked.readiness(31_010)]).toEqual(['answers', 'ready']);
});
