declare function _(text: string, context?: string): string;
