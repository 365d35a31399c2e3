/** Raised when a message changes its meaning; a page of another version is asked to reload. */
export const protocolVersion = 1;
