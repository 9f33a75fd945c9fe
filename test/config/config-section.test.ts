import { describe, expect, test } from 'vitest';
import { readSection } from '../../src/config/config-section.ts';
import { BRIDGE, MAIN } from '../../src/config/options.ts';
import { parseUci } from '../../src/config/uci.ts';

type Finding = {
  readonly line: number;
  readonly option: string | undefined;
  readonly value: string | undefined;
  readonly message: string;
};

function mainOf(options: string) {
  const findings: Finding[] = [];
  const [section] = parseUci(`config pmip 'main'\n${options}`);
  if (section === undefined) throw new Error('no section');
  return { values: readSection(MAIN, section, (finding) => findings.push(finding)), findings };
}

describe('an option written as a list', () => {
  test('is taken where the list has one item', () => {
    const { values, findings } = mainOf('\tlist tunnel gre\n');
    expect(values?.tunnel).toBe('gre');
    expect(findings).toEqual([]);
  });

  test('has its last item taken where the list has several, and this is told', () => {
    const { values, findings } = mainOf('\toption tunnel ipip\n\tlist tunnel gre\n');
    expect(values?.tunnel).toBe('gre');
    const message = '2 values where one is allowed; the last one counts';
    expect(findings).toEqual([{ line: 2, option: 'tunnel', value: 'gre', message }]);
  });
});

describe('a list written as an option', () => {
  test('has one item, or several between spaces', () => {
    const { values, findings } = mainOf("\toption aap '10.1.0.1  ap2\t10.1.0.3'\n");
    expect(values?.authoritativeAccessPoints).toHaveLength(3);
    expect(findings).toEqual([]);
  });

  test('is one item where an item may hold spaces', () => {
    const [section] = parseUci("config bridge\n\toption device br-lan\n\toption ssid 'guest of the house'\n");
    const values = section && readSection(BRIDGE, section, () => {});
    expect(values?.ssids).toEqual(['guest of the house']);
  });
});

describe('a list', () => {
  test('keeps its good items, in order, and tells of the wrong, the repeated and the surplus', () => {
    const items = ['10.1.0.1', '10.1.0.256', 'ap2', '10.1.0.1', 'ap3', 'ap4'];
    const { values, findings } = mainOf(items.map((item) => `\tlist aap '${item}'\n`).join(''));
    expect(values?.authoritativeAccessPoints).toEqual([
      { kind: 'address', address: 0x0a010001 },
      { kind: 'hostName', hostName: 'ap2' },
      { kind: 'hostName', hostName: 'ap3' },
    ]);
    expect(findings.map(({ value, message }) => [value, message])).toEqual([
      ['10.1.0.256', 'allowed is the IPv4 address of a host, or a host name; this item is left out'],
      ['10.1.0.1', 'given twice; the first one counts'],
      ['ap4', 'at most 3 are allowed; this one is left out'],
    ]);
  });
});

test('an option given again counts as last given, and this is told', () => {
  const { values, findings } = mainOf('\toption tunnel gre\n\toption lifetime 60\n\toption tunnel ipip\n');
  expect(values).toMatchObject({ tunnel: 'ipip', lifetimeSeconds: 60 });
  const message = 'given before on line 2; the last one counts';
  expect(findings).toEqual([{ line: 4, option: 'tunnel', value: 'ipip', message }]);
});

test('a short key of the subnet map is left out, and not shown', () => {
  const { values, findings } = mainOf('\toption aap_key tooshort\n');
  expect(values?.subnetMapKey).toBeUndefined();
  const message = 'allowed is at least 16 octets; the option is left out';
  expect(findings).toEqual([{ line: 2, option: 'aap_key', value: undefined, message }]);
});
