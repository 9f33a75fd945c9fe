// What is wrong in /etc/config/pmip, as data and as the one line for the log.

export type Problem = {
  readonly line: number;
  /** As `uci show` calls it; undefined where it is the file that is wrong. */
  readonly section: string | undefined;
  readonly option: string | undefined;
  /** Undefined where there is none, and for whatever may be a key. */
  readonly value: string | undefined;
  /** What is allowed, and what is done instead. */
  readonly message: string;
};

/** A problem of a section that the receiver knows. */
export type Report = (finding: Omit<Problem, 'section'>) => void;

const MOST_SHOWN_CHARACTERS = 60;

export function formatProblem(problem: Problem, path = '/etc/config/pmip'): string {
  let text = `${path} line ${problem.line}: `;
  if (problem.section !== undefined) {
    text += `pmip.${problem.section}`;
    if (problem.option !== undefined) text += `.${problem.option}`;
    if (problem.value !== undefined) text += `='${visible(problem.value)}'`;
    text += ': ';
  }
  return text + problem.message;
}

/** A value cannot begin a line of its own in the log, nor fill it. */
function visible(value: string): string {
  const shown = value.length > MOST_SHOWN_CHARACTERS ? `${value.slice(0, MOST_SHOWN_CHARACTERS)}...` : value;
  return shown.replace(/[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
