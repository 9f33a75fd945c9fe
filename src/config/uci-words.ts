// The words of UCI text, as libuci cuts them: quotes, backslashes, comments, and commands that go over several lines. The
// text is a byte string: one character is one octet (0 to 255), so that any octet survives. What the words mean is left
// to uci.ts.

/** Text that libuci would refuse. */
export class UciError extends Error {
  readonly reason: string;
  /** As libuci counts: line ends read so far, so the last line of the command; and octets since the command began. */
  readonly line: number;
  readonly byte: number;
  /** The line on which the command began, which is where a person looks. */
  readonly commandLine: number;
  /** libuci lets it pass when it is not strict (`uci -S`). */
  readonly isTolerable: boolean;

  constructor(reason: string, place: { line: number; byte: number; commandLine: number }, isTolerable = false) {
    super(`Parse error (${reason}) at line ${place.line}, byte ${place.byte}`);
    this.name = 'UciError';
    this.reason = reason;
    this.line = place.line;
    this.byte = place.byte;
    this.commandLine = place.commandLine;
    this.isTolerable = isTolerable;
  }
}

/** Any octets as a byte string. */
export function byteString(octets: Uint8Array): string {
  let text = '';
  for (let offset = 0; offset < octets.length; offset += 4096) {
    text += String.fromCharCode(...octets.subarray(offset, offset + 4096));
  }
  return text;
}

/** The octets of a byte string. */
export function octetsOf(bytes: string): Uint8Array {
  const octets = new Uint8Array(bytes.length);
  for (let index = 0; index < octets.length; index++) octets[index] = bytes.charCodeAt(index);
  return octets;
}

// isspace() of the C locale.
const SPACE = /[ \t\n\v\f\r]/;
// Each of these stops at the end of its line, which is the end of the window: a file of one open quote costs no more than any other.
const SPACES = /[ \t\v\f\r]*\n?/y;
const KEYWORD = /[ \t]*([^ \t\n]*\n?)/y;
const BARE = /[^'"#;\\ \t\n\v\f\r]+/y;
const IN_SINGLE_QUOTES = /[^'\n]*\n?/y;
const IN_DOUBLE_QUOTES = /[^"\\\n]*\n?/y;

/** A window over the text that holds the command being read; a quote or a backslash that is open at its end widens it. */
export class UciWords {
  readonly #text: string;
  #start = 0;
  #position = 0;
  #end = 0;
  #nextLine = 0;
  #lineEndsRead = 0;
  #commandLine = 0;
  /** Octets of joined line ends, which libuci takes out of its buffer and does not count. */
  #removed = 0;

  constructor(text: string) {
    // An octet 0 ends libuci's view of a line, the line end included: the next line is joined to what stands before.
    this.#text = text.includes('\0') ? text.replace(/\0[^\n]*\n?/g, '') : text;
  }

  get commandLine(): number {
    return this.#commandLine;
  }

  /** Goes on to the next line, whatever is left of this one; false when there is none. */
  startLine(): boolean {
    this.#start = this.#position = this.#end = this.#nextLine;
    this.#removed = 0;
    this.#commandLine = this.#lineEndsRead + 1;
    return this.#widen();
  }

  skipSpace(): void {
    this.#take(SPACES);
  }

  isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** The word that names a command; quotes mean nothing in it. It is not passed over yet: errors in it point at its start. */
  keyword(): string {
    if (this.isAtEnd()) return '';
    KEYWORD.lastIndex = this.#position;
    return KEYWORD.exec(this.#text)?.[1] ?? '';
  }

  /** Goes behind the keyword and the white space that ends it; false when nothing ends it. */
  passKeyword(): boolean {
    KEYWORD.lastIndex = this.#position;
    KEYWORD.test(this.#text);
    if (KEYWORD.lastIndex >= this.#end) return false;
    this.#position = KEYWORD.lastIndex + 1;
    return true;
  }

  /** The next word, unquoted; empty where there is none. */
  word(): string {
    this.skipSpace();
    if (this.#current() === ';') {
      this.#position += 1;
      return '';
    }
    const start = this.#position;
    let value = '';
    let isEnded = false;
    do {
      const character = this.#current();
      if (character === '#') {
        this.#end = this.#position;
      } else if (character === ';') {
        // libuci ends a bare word in place of the semicolon, and so loses the rest of the line.
        if (start + value.length === this.#position) this.#end = this.#position;
        isEnded = true;
      } else {
        value += this.#piece(character);
      }
    } while (!isEnded && !this.isAtEnd() && !SPACE.test(this.#current()));
    if (!isEnded && !this.isAtEnd()) this.#position += 1;
    return value;
  }

  error(reason: string, isTolerable = false): UciError {
    const byte = this.#position - this.#start - this.#removed;
    return new UciError(reason, { line: this.#lineEndsRead, byte, commandLine: this.#commandLine }, isTolerable);
  }

  /** One piece of a word: a quoted string, an escaped character, or bare characters. */
  #piece(character: string): string {
    switch (character) {
      case "'":
        return this.#singleQuoted();
      case '"':
        return this.#doubleQuoted();
      case '\\':
        return this.#escaped();
      default:
        return this.#take(BARE);
    }
  }

  #singleQuoted(): string {
    this.#position += 1;
    let value = '';
    for (;;) {
      value += this.#take(IN_SINGLE_QUOTES);
      if (!this.isAtEnd()) {
        this.#position += 1;
        return value;
      }
      if (!this.#widen()) throw this.error("EOF with unterminated '");
    }
  }

  #doubleQuoted(): string {
    this.#position += 1;
    let value = '';
    for (;;) {
      value += this.#take(IN_DOUBLE_QUOTES);
      if (this.isAtEnd()) {
        if (!this.#widen()) throw this.error('EOF with unterminated "');
      } else if (this.#current() === '"') {
        this.#position += 1;
        return value;
      } else {
        value += this.#escaped();
      }
    }
  }

  /** Behind a backslash: the character as it is; nothing for a line end, which joins the next line. */
  #escaped(): string {
    this.#position += 1;
    const rest = this.#text.slice(this.#position, Math.min(this.#end, this.#position + 3));
    if (rest === '' || rest.startsWith('\n') || rest === '\r\n') {
      this.#removed += this.#end - this.#position;
      this.#position = this.#end;
      this.#widen();
      return '';
    }
    this.#position += 1;
    return rest.charAt(0);
  }

  /** Adds the next line to the window; false at the end of the text. */
  #widen(): boolean {
    if (this.#nextLine >= this.#text.length) return false;
    const lineEnd = this.#text.indexOf('\n', this.#nextLine);
    if (lineEnd >= 0) this.#lineEndsRead += 1;
    this.#nextLine = lineEnd < 0 ? this.#text.length : lineEnd + 1;
    this.#end = this.#nextLine;
    return true;
  }

  #current(): string {
    return this.#position < this.#end ? this.#text.charAt(this.#position) : '';
  }

  /** What the sticky expression matches here. */
  #take(expression: RegExp): string {
    if (this.isAtEnd()) return '';
    expression.lastIndex = this.#position;
    const taken = expression.exec(this.#text)?.[0] ?? '';
    this.#position += taken.length;
    return taken;
  }
}
