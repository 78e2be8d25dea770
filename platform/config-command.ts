import type { Argv } from 'yargs';
import type { CommonOptions } from './command-line.ts';
import type { SectionKinds } from './config-schema.ts';
import type { ConfigShape } from './config-shape.ts';
import { effectiveConfig, formatConfig } from './effective-config.ts';
import { printFindings } from './print-findings.ts';
import { readConfigFile } from './read-config-file.ts';

/** `config show`: the configuration as it is in effect. */
export function addConfigCommand(
  parser: Argv<CommonOptions>,
  kinds: SectionKinds,
  shape: ConfigShape,
): void {
  parser.command('config', 'show the configuration', (config) =>
    config
      .command(
        'show',
        'print every key as it is in effect, secrets masked',
        (command) =>
          command
            .option('origin', {
              type: 'boolean',
              default: false,
              describe: 'with the file and line, or the variable, that each value comes from',
            })
            .option('json', { type: 'boolean', default: false, describe: 'one JSON object a key' }),
        (options) => {
          const { config: file, origin, json } = options;
          const ini = readConfigFile(file, kinds);
          const keys = effectiveConfig(ini, shape);
          const text = json
            ? keys.map((key) => `${JSON.stringify(key)}\n`).join('')
            : formatConfig(keys, origin);
          process.stdout.write(text);
          if (!json && ini.problems.length > 0) {
            printFindings(ini.problems, file, { json, quiet: true }, process.stderr);
          }
        },
      )
      .demandCommand(1, 'What of the configuration? There is: show'),
  );
}
