import { readFileSync } from 'node:fs';
import path from 'node:path';
import { agentProgram } from '../../agent/agent-program.ts';
import { agentShape } from '../../agent/config/agent-shape.ts';
import { protocolOption } from '../../agent/send/send-help.ts';
import type { SendOption } from '../../agent/send/send-option.ts';
import { sendProtocols } from '../../agent/send/send-protocols.ts';
import { shimShape } from '../../server-shim/config/shim-shape.ts';
import { shimProgram } from '../../server-shim/shim-program.ts';
import { configPage } from './config-page.ts';
import { markdownBody } from './markdown-page.ts';
import { agentNotes, configSeeAlso, shimNotes } from './page-notes.ts';
import { programPage } from './program-page.ts';
import type { RecordedOption } from './recorded-commands.ts';
import { heading, page, paragraph, title } from './roff.ts';

const root = path.join(import.meta.dirname, '../..');

/** All manual pages by their file names. */
export async function manualPages(): Promise<Readonly<Record<string, string>>> {
  const [agent, shim] = await Promise.all([agentProgram(), shimProgram()]);
  const { clientOptions, ownOptions } = sendProtocols.nsca;
  const send = [protocolOption, ...clientOptions, ...ownOptions].map(recorded);
  const values = partOf(readVisible('docs/CONFIGURATION.md'), 'How values are written');
  return {
    'nagtail.8': programPage(agent, { ...agentNotes, moreOptions: { send } }),
    'nagtail-shim.8': programPage(shim, { ...shimNotes, moreOptions: {} }),
    'nagtail.ini.5': configPage(agentShape, {
      name: 'nagtail.ini',
      oneLine: 'configuration of nagtail, the agent',
      path: agent.defaultConfig,
      example: read('config/agent/nagtail.ini'),
      values,
      seeAlso: configSeeAlso,
    }),
    'nagtail-shim.ini.5': configPage(shimShape, {
      name: 'nagtail-shim.ini',
      oneLine: 'configuration of nagtail-shim, the receiver',
      path: shim.defaultConfig,
      example: read('config/shim/nagtail-shim.ini'),
      values,
      seeAlso: configSeeAlso,
    }),
    'nagtail-rules.5': rulesPage(),
  };
}

function rulesPage(): string {
  const [, ...rules] = readVisible('docs/RULES.md').split('\n');
  return page([
    title('nagtail-rules', 5),
    heading('Name'),
    'nagtail\\-rules \\- rules of nagtail, in the language of SEC\n',
    heading('Description'),
    markdownBody(rules.join('\n')),
    heading('Example'),
    paragraph('Rules that report failed logins:'),
    markdownBody(`\`\`\`\n${read('config/rules/ssh-logins.sec')}\`\`\``),
    heading('See also'),
    '\\fBnagtail\\fR(8), \\fBnagtail.ini\\fR(5), \\fBsec\\fR(1)\n',
  ]);
}

function recorded({ names, value, about }: SendOption): RecordedOption {
  const [name, ...aliases] = names;
  return { name, aliases, value, about, otherwise: undefined };
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** A document as its readers see it: what is in comments is for tests. */
function readVisible(file: string): string {
  return read(file).replace(/^<!--\n[\s\S]*?^-->\n\n?/gm, '');
}

/** What stands under a heading of the second level. */
function partOf(markdown: string, title: string): string {
  const [, rest = ''] = markdown.split(`\n## ${title}\n`);
  return rest.split('\n## ')[0] ?? '';
}
