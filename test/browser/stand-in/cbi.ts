// What LuCI's cbi.js gives to all pages: `_`, out of the table that /admin/translations answers, by the hash that LuCI's
// catalogues have for keys.

import { catalogueKey } from '../../../luci/translations/catalogue-key.ts';

const texts = (window as unknown as { readonly TR?: Readonly<Record<string, string>> }).TR ?? {};

function translated(text: string, context?: string): string {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  const key = catalogueKey(context === undefined ? trimmed : `${trimmed}\u0001${context}`);
  return texts[key.toString(16).padStart(8, '0')] ?? text;
}

Object.assign(window, { _: translated });
