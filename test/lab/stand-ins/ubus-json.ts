// JSON as libubox reads and prints it: elements keep their order and types, whole numbers become int32 or int64, others
// double, booleans int8; what is printed follows blobmsg's types.

import type { BlobmsgElement } from '../../../src/ubus-js/blobmsg.ts';

/** A JSON object, or undefined where the text is anything else. */
export function parseJsonTable(text: string): BlobmsgElement[] | undefined {
  const reader = { text, offset: 0 };
  try {
    const element = readElement(reader, '');
    return element.type === 'table' ? [...element.value] : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `indent` undefined: on one line. */
export function formatTable(elements: readonly BlobmsgElement[], indent?: number): string {
  return formatList('{}', elements, indent);
}

/** With its name; `formatLeaf` may print a number otherwise. */
export function formatElement(
  element: BlobmsgElement,
  indent?: number,
  formatLeaf?: (element: BlobmsgElement) => string | undefined,
): string {
  const name = element.name === '' ? '' : `${formatText(element.name)}:${indent === undefined ? '' : ' '}`;
  return name + formatValue(element, indent, formatLeaf);
}

type Reader = { readonly text: string; offset: number };

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const LARGEST_INT64 = 2n ** 63n - 1n;
const DEEPEST_INDENT = 16;

function readElement(reader: Reader, name: string): BlobmsgElement {
  take(reader, SPACE);
  switch (reader.text[reader.offset]) {
    case '{':
      return { name, type: 'table', value: readTable(reader) };
    case '[':
      return { name, type: 'array', value: readSequence(reader, ']', () => readElement(reader, '')) };
    case '"':
      return { name, type: 'string', value: readText(reader) };
  }
  switch (take(reader, WORD)) {
    case 'true':
      return { name, type: 'int8', value: 1 };
    case 'false':
      return { name, type: 'int8', value: 0 };
    case 'null':
      return { name, type: 'unspec', value: null };
  }
  return readNumber(reader, name);
}

/** Of two members with one name the later value stands in the earlier place. */
function readTable(reader: Reader): BlobmsgElement[] {
  const members = readSequence(reader, '}', () => {
    take(reader, SPACE);
    const name = readText(reader);
    take(reader, SPACE);
    expect(reader, ':');
    return readElement(reader, name);
  });
  return [...new Map(members.map((member) => [member.name, member])).values()];
}

function readSequence(reader: Reader, end: string, readOne: () => BlobmsgElement): BlobmsgElement[] {
  reader.offset += 1;
  take(reader, SPACE);
  const elements: BlobmsgElement[] = [];
  while (reader.text[reader.offset] !== end) {
    if (elements.length > 0) expect(reader, ',');
    elements.push(readOne());
    take(reader, SPACE);
  }
  reader.offset += 1;
  return elements;
}

function readText(reader: Reader): string {
  const token = take(reader, STRING);
  if (token === undefined) throw new SyntaxError('no string');
  // Control characters may stand as they are for json-c.
  return JSON.parse(token.replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

function readNumber(reader: Reader, name: string): BlobmsgElement {
  const token = take(reader, NUMBER);
  if (token === undefined) throw new SyntaxError('no value');
  if (/[.eE]/.test(token)) return { name, type: 'double', value: Number(token) };
  const value = BigInt(token);
  if (value === BigInt.asIntN(32, value)) return { name, type: 'int32', value: Number(value) };
  const limited = value > LARGEST_INT64 ? LARGEST_INT64 : value < -LARGEST_INT64 - 1n ? -LARGEST_INT64 - 1n : value;
  return { name, type: 'int64', value: limited };
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.offset;
  const token = pattern.exec(reader.text)?.[0];
  if (token !== undefined) reader.offset += token.length;
  return token;
}

function expect(reader: Reader, character: string): void {
  if (reader.text[reader.offset] !== character) throw new SyntaxError(`no ${character}`);
  reader.offset += 1;
}

function formatList(
  brackets: string,
  elements: readonly BlobmsgElement[],
  indent?: number,
  formatLeaf?: (element: BlobmsgElement) => string | undefined,
): string {
  const inner = indent === undefined ? undefined : indent + 1;
  const items = elements.map((element) =>
    brackets === '[]' ? formatValue(element, inner, formatLeaf) : formatElement(element, inner, formatLeaf),
  );
  return brackets[0] + newLine(inner) + items.join(`,${newLine(inner)}`) + newLine(indent) + brackets[1];
}

function newLine(indent: number | undefined): string {
  return indent === undefined ? '' : `\n${'\t'.repeat(Math.min(indent, DEEPEST_INDENT))}`;
}

function formatValue(
  element: BlobmsgElement,
  indent?: number,
  formatLeaf?: (element: BlobmsgElement) => string | undefined,
): string {
  const special = formatLeaf?.(element);
  if (special !== undefined) return special;
  switch (element.type) {
    case 'unspec':
      return 'null';
    case 'table':
      return formatList('{}', element.value, indent, formatLeaf);
    case 'array':
      return formatList('[]', element.value, indent, formatLeaf);
    case 'string':
      return formatText(element.value);
    case 'int8':
      return element.value === 0 ? 'false' : 'true';
    case 'double':
      return element.value.toFixed(6);
    default:
      return String(element.value);
  }
}

/** Of the short escapes all but the one for the form feed. */
function formatText(text: string): string {
  return JSON.stringify(text).replaceAll('\\f', '\\u000c');
}
