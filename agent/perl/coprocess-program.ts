import path from 'node:path';

/**
 * The Perl side, a program of ours that the host's perl runs, as arguments of perl. An executable that has all in
 * one file has this in it as a text (scripts/packaging).
 */
export const coprocessProgram: readonly string[] = [path.join(import.meta.dirname, 'coprocess.pl')];
