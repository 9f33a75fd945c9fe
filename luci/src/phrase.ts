// Sentences with something filled in, and spans of time in words.

/** `%1`, `%2` ... stand for the values: a translation may order them otherwise. */
export function phrase(pattern: string, ...values: readonly (string | number)[]): string {
  return pattern.replace(/%([1-9])/g, (place, digit: string) => {
    const value = values[Number(digit) - 1];
    return value === undefined ? place : String(value);
  });
}

/** The two greatest units of a span: `3 d 4 h`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  if (days > 0) return phrase(_('%1 d %2 h'), days, hours);
  if (hours > 0) return phrase(_('%1 h %2 min'), hours, minutes);
  if (minutes > 0) return phrase(_('%1 min %2 s'), minutes, whole % 60);
  return phrase(_('%1 s'), whole);
}

export function agoText(seconds: number): string {
  return phrase(_('%1 ago'), spanText(seconds));
}

/** Cut to so many characters, with a sign that it was. */
export function cut(text: string, mostCharacters: number): string {
  const characters = [...text];
  return characters.length <= mostCharacters ? text : `${characters.slice(0, mostCharacters - 1).join('')}…`;
}
