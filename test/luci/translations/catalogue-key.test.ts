import { expect, test } from 'vitest';
import { catalogueKey } from '../../../luci/translations/catalogue-key.ts';

// Computed by LuCI's own cbi.js.
test.each([
  ['Subnet map', '80617eae'],
  ['Proxy Mobile IP', '4b4c9d30'],
  ['yes', 'a9a26518'],
  ['no', '53386700'],
  ['General', 'aa07392a'],
  ['Reported by', '38ef4c79'],
  ['Übersicht', '9d7a3e81'],
])('LuCI finds "%s" by %s', (text, key) => {
  expect(catalogueKey(text).toString(16).padStart(8, '0')).toBe(key);
});
