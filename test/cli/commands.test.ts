import { describe, expect, test } from 'vitest';
import { COMMANDS, manual, optionsOf, overview } from '../../src/cli/commands.ts';
import { VIEWS } from '../../src/cli/views.ts';

test('the overview names every command, in lines that fit a terminal', () => {
  for (const { name } of COMMANDS) expect(overview()).toContain(`  pmip ${name}`);
  expect(
    overview()
      .split('\n')
      .filter((line) => line.length > 80),
  ).toEqual([]);
});

describe.each(COMMANDS)('pmip $name', (command) => {
  test('has a page of the manual whose lines fit a terminal', () => {
    const text = manual(command);
    expect(text).toMatch(new RegExp(`^NAME\n {7}pmip ${command.name} - `));
    for (const title of ['SYNOPSIS', 'DESCRIPTION', 'EXIT STATUS']) expect(text).toContain(`\n${title}\n       `);
    for (const option of optionsOf(command)) expect(text).toContain(`[${option}`);
    expect(text.split('\n').filter((line) => line.length > 79)).toEqual([]);
  });

  test('shows what it asks', () => {
    if (command.kind === 'table') expect(Object.keys(VIEWS)).toContain(command.method);
    else expect(Object.keys(VIEWS)).not.toContain(command.method);
  });
});
