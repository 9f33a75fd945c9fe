// LuCI's `_` as it is without a catalogue.

Object.assign(globalThis, { _: (text: string) => text });
