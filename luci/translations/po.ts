// Files of translations (GNU gettext's PO), as far as these pages need them: a text and its translation, without contexts
// and plurals.

export type Translation = { readonly text: string; readonly translated: string; readonly isFuzzy: boolean };

/** Throws an Error with the line where the file is not as expected. */
export function parsePo(file: string): Translation[] {
  const found: Translation[] = [];
  let [text, translated, isFuzzy]: [string | undefined, string | undefined, boolean] = [undefined, undefined, false];
  const finish = () => {
    if (text !== undefined && text !== '') found.push({ text, translated: translated ?? '', isFuzzy });
    [text, translated, isFuzzy] = [undefined, undefined, false];
  };
  for (const [index, line] of file.split('\n').entries()) {
    if (line === '') finish();
    else if (line.startsWith('#')) isFuzzy ||= /^#,.*\bfuzzy\b/.test(line);
    else if (line.startsWith('msgid ')) text = unquoted(line.slice(6), index);
    else if (line.startsWith('msgstr ')) translated = unquoted(line.slice(7), index);
    else if (!line.startsWith('"')) throw new Error(`line ${index + 1}: neither msgid, msgstr nor the rest of one`);
    else if (translated !== undefined) translated += unquoted(line, index);
    else text += unquoted(line, index);
  }
  finish();
  return found;
}

export function formatPo(
  header: readonly string[],
  entries: readonly { text: string; places: readonly string[] }[],
): string {
  const head = ['msgid ""', 'msgstr ""', ...header.map((line) => quoted(`${line}\n`)), ''];
  const rows = entries.flatMap(({ text, places }) => [
    ...places.map((place) => `#: ${place}`),
    `msgid ${quoted(text)}`,
    'msgstr ""',
    '',
  ]);
  return [...head, ...rows].join('\n');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function unquoted(text: string, index: number): string {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`line ${index + 1}: not a quoted text: ${text}`);
  }
}
