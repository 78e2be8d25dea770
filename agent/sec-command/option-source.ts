import { readFileSync } from 'node:fs';
import { trimBlanks } from '../../protocol/blanks.ts';
import { readSecArguments, type SecArguments } from '../sec-program/read-sec-arguments.ts';
import { systemMessage } from '../sec-program/system-message.ts';

/** Where SEC's options come from: the command line, and behind it the file that SECRC names. */
export class OptionSource {
  readonly #given: readonly string[];
  /** The file with further options, read anew at each restart. */
  readonly resourceFile: string | undefined;
  #words: readonly string[] = [];

  constructor(given: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#given = given;
    const { SECRC } = environment;
    this.resourceFile = SECRC === '' ? undefined : SECRC;
  }

  /** What was given when the options were read last. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** Reads the options. */
  read(): SecArguments {
    const complaints: string[] = [];
    this.#words = [...this.#given, ...this.#resourceWords(complaints)];
    const reading = readSecArguments(this.#words);
    return { ...reading, complaints: [...complaints, ...reading.complaints] };
  }

  /** Each line is one argument, blanks included. */
  #resourceWords(complaints: string[]): string[] {
    const { resourceFile } = this;
    if (resourceFile === undefined) return [];
    try {
      const lines = readFileSync(resourceFile, 'utf8').split('\n');
      return lines.map(trimBlanks).filter((line) => line !== '' && !line.startsWith('#'));
    } catch (error) {
      const reason = systemMessage(error);
      complaints.push(`Can't open resource file ${resourceFile} (${reason})`);
      return [];
    }
  }
}
