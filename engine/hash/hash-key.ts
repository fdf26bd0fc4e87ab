/**
 * What a hash of texts is keyed by: two words of 32 bits that who sends events cannot know. The engine has no randomness, so it is
 * given from outside, once a process. Answers do not depend on it.
 */
export type HashKey = readonly [number, number];
