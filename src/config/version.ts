/** Of the package; package.json and the package's Makefile have it too, which a test compares. */
export const VERSION = '0.1.0';
