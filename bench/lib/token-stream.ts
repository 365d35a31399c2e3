/** The stream of a chat model: this many tokens, one each so often. */
export const tokenCount = 500;
export const tokenEveryMs = 10;
