// /etc/config/pmip as typed values. Whatever is wrong becomes a `Problem` and costs no more than itself: the option falls
// back to its default or, where it has none and cannot be done without, its section is left out.

import { formatIpv4, formatPrefix, type Ipv4Address } from '../octets/address.ts';
import type { SecurityAssociation } from '../wire/authentication.ts';
import { readSection, type SectionValues } from './config-section.ts';
import { BRIDGE, MAIN, RADIUS, SECTIONS, SECURE_AGENT, SECURE_NODE, type SectionRow, SUBNET } from './options.ts';
import type { Problem, Report } from './problem.ts';
import { OPTION_BEFORE_SECTION, readUci, type UciSection } from './uci.ts';
import type { UciError } from './uci-words.ts';
import { sectionReferences } from './uci-writer.ts';

export type Main = SectionValues<typeof MAIN>;
/** `name` is the section's, or the device where the section has none. */
export type Bridge = SectionValues<typeof BRIDGE> & { readonly name: string };
/** What is shared with the home agent for the home addresses from `start` to `end`. */
export type SecureNode = SecurityAssociation & { readonly start: Ipv4Address; readonly end: Ipv4Address };
export type SecureAgent = SecureNode & { readonly kind: 'foreign-home' | 'mobile-foreign' };
export type Subnet = SectionValues<typeof SUBNET>;
export type RadiusServer = SectionValues<typeof RADIUS>;

export type Config = {
  readonly main: Main;
  readonly bridges: readonly Bridge[];
  readonly secureNodes: readonly SecureNode[];
  readonly secureAgents: readonly SecureAgent[];
  readonly subnets: readonly Subnet[];
  readonly radiusServers: readonly RadiusServer[];
};

/** What both kinds of associations have. */
type Associated = Omit<SectionValues<typeof SECURE_AGENT>, 'kind'>;

/** A section that could be read. */
type Entry<Values> = { readonly section: UciSection; readonly report: Report; readonly values: Values };

/** Octets of the file, or its text. A file that libuci refuses is read as far as it makes sense. */
export function readConfig(file: Uint8Array | string): { config: Config; problems: readonly Problem[] } {
  const { sections, errors } = readUci(file);
  const problems = errorProblems(errors);
  const references = sectionReferences(sections);

  function entriesOf<Row extends SectionRow>(row: Row): Entry<SectionValues<Row>>[] {
    const entries: Entry<SectionValues<Row>>[] = [];
    for (const section of sections) {
      if (section.type !== row.type) continue;
      const report: Report = (finding) => problems.push({ section: references.get(section), ...finding });
      const values = readSection(row, section, report);
      if (values !== undefined) entries.push({ section, report, values });
    }
    return entries;
  }

  const config: Config = {
    main: onlyMain(entriesOf(MAIN)),
    bridges: bridgesOf(entriesOf(BRIDGE)),
    secureNodes: secureNodesOf(entriesOf(SECURE_NODE)),
    secureAgents: secureAgentsOf(entriesOf(SECURE_AGENT)),
    subnets: subnetsOf(entriesOf(SUBNET)),
    radiusServers: entriesOf(RADIUS).map((entry) => entry.values),
  };
  for (const section of sections) {
    if (SECTIONS.some((row) => row.type === section.type)) continue;
    const message = `unknown section type '${section.type}'; there are ${SECTIONS.map((row) => row.type).join(', ')}`;
    problems.push({
      line: section.line,
      section: references.get(section),
      option: undefined,
      value: undefined,
      message,
    });
  }
  problems.sort((a, b) => a.line - b.line);
  return { config, problems };
}

/** Options behind a section that could not be read are lost with it, which has been said by then. */
function errorProblems(errors: readonly UciError[]): Problem[] {
  const told = errors.filter((error, index) => index === 0 || error.reason !== OPTION_BEFORE_SECTION);
  return told.map((error) => {
    const outcome = error.isTolerable ? 'it is passed over' : 'this command is left out';
    const message = `${error.reason}: ${outcome} here, but uci refuses the whole file`;
    return { line: error.commandLine, section: undefined, option: undefined, value: undefined, message };
  });
}

function onlyMain(entries: readonly Entry<Main>[]): Main {
  for (const { section, report } of entries.slice(1)) {
    report({
      line: section.line,
      option: undefined,
      value: undefined,
      message: `a second '${section.type}'; the first counts`,
    });
  }
  if (entries[0] !== undefined) return entries[0].values;
  const nothing: UciSection = { type: MAIN.type, name: undefined, id: '', line: 0, options: new Map() };
  const defaults = readSection(MAIN, nothing, () => {});
  if (defaults === undefined) throw new Error('an option of the main section has no default');
  return defaults;
}

function bridgesOf(entries: readonly Entry<SectionValues<typeof BRIDGE>>[]): Bridge[] {
  const devices = firstOfEach(entries, 'device', (values) => values.device);
  return devices.map(({ section, values }) => ({ ...values, name: section.name ?? values.device }));
}

function subnetsOf(entries: readonly Entry<Subnet>[]): Subnet[] {
  return firstOfEach(entries, 'network', (values) => formatPrefix(values.network)).map((entry) => entry.values);
}

function secureNodesOf(entries: readonly Entry<SectionValues<typeof SECURE_NODE>>[]): SecureNode[] {
  const nodes = entries.flatMap((entry) =>
    associationOf(entry).map((association) => {
      const { replayProtection } = entry.values;
      return { ...association, values: { ...association.values, replayProtection } };
    }),
  );
  const unique = firstOfEach(nodes, 'start', (node) => `${formatRange(node)} spi ${node.spi.toString(16)}`);
  reportOverlaps(unique);
  return unique.map((entry) => entry.values);
}

function secureAgentsOf(entries: readonly Entry<SectionValues<typeof SECURE_AGENT>>[]): SecureAgent[] {
  const agents = entries.flatMap((entry) =>
    associationOf(entry).map((association) => {
      return { ...association, values: { ...association.values, kind: entry.values.kind } };
    }),
  );
  const name = (agent: SecureAgent) => `${agent.kind} ${formatRange(agent)} spi ${agent.spi.toString(16)}`;
  const unique = firstOfEach(agents, 'start', name);
  for (const kind of ['foreign-home', 'mobile-foreign']) {
    reportOverlaps(unique.filter((entry) => entry.values.kind === kind));
  }
  return unique.map((entry) => entry.values);
}

/** None where the key is not one, or the range ends before it begins. */
function associationOf(entry: Entry<Associated>): Entry<SecureNode>[] {
  const { section, report, values } = entry;
  const { start, end = start, spi, asciiKey, hexKey, algorithm } = values;
  const leftOut = (option: string, message: string): [] => {
    const line = section.options.get(option)?.line ?? section.line;
    report({ line, option, value: undefined, message: `${message}; the section is left out` });
    return [];
  };
  if (end < start) return leftOut('end', `${formatIpv4(end)} is before the start ${formatIpv4(start)}`);
  if (asciiKey !== undefined && hexKey !== undefined)
    return leftOut('hex', 'ascii is given too, and only one key can be');
  const key = asciiKey ?? hexKey;
  if (key === undefined) return leftOut('ascii', 'no key, neither as ascii nor as hex');
  return [{ section, report, values: { start, end, spi, key, algorithm } }];
}

/** Leaves out, and says so, what names the same thing as an earlier section. */
function firstOfEach<Values>(
  entries: readonly Entry<Values>[],
  option: string,
  nameOf: (values: Values) => string,
): Entry<Values>[] {
  const firsts = new Map<string, Entry<Values>>();
  for (const entry of entries) {
    const name = nameOf(entry.values);
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, entry);
    } else {
      const line = entry.section.options.get(option)?.line ?? entry.section.line;
      const message = `the section of line ${first.section.line} has ${name} already; this one is left out`;
      entry.report({ line, option, value: undefined, message });
    }
  }
  return [...firsts.values()];
}

/** Ranges may lie within each other, and two keys may stand side by side while they are changed; both are often mistakes. */
function reportOverlaps(entries: readonly Entry<SecureNode>[]): void {
  const byStart = [...entries].sort((a, b) => a.values.start - b.values.start || b.values.end - a.values.end);
  let previous: Entry<SecureNode> | undefined;
  let farthest: Entry<SecureNode> | undefined;
  for (const entry of byStart) {
    const twin = previous !== undefined && isSameRange(previous.values, entry.values) ? previous : undefined;
    const other = twin ?? farthest;
    if (other !== undefined && entry.values.start <= other.values.end) {
      const isLater = entry.section.line > other.section.line;
      reportOverlap(isLater ? other : entry, isLater ? entry : other);
    }
    if (farthest === undefined || entry.values.end > farthest.values.end) farthest = entry;
    previous = entry;
  }
}

function reportOverlap(earlier: Entry<SecureNode>, later: Entry<SecureNode>): void {
  const outcome = isSameRange(earlier.values, later.values)
    ? 'the earlier one signs, both are accepted'
    : 'the narrower counts for addresses in both';
  const other = `${formatRange(earlier.values)} of line ${earlier.section.line}`;
  const line = later.section.options.get('start')?.line ?? later.section.line;
  const message = `${formatRange(later.values)} overlaps ${other}; ${outcome}`;
  later.report({ line, option: 'start', value: undefined, message });
}

function isSameRange(a: SecureNode, b: SecureNode): boolean {
  return a.start === b.start && a.end === b.end;
}

function formatRange(range: { readonly start: Ipv4Address; readonly end: Ipv4Address }): string {
  return range.start === range.end ? formatIpv4(range.start) : `${formatIpv4(range.start)}-${formatIpv4(range.end)}`;
}
