import { registerHooks } from 'node:module';
import { getAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';

/*
 * In an executable that has all in one file, modules are no files. They are loaded under the names that they would
 * have if the executable were a folder, which nothing else can have. This runs in the main thread and in all others.
 */

/** Where modules seem to be. */
export const assetBase = `${pathToFileURL(process.execPath).href}/app/`;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    const isOurs = specifier.startsWith('./') && parentURL.startsWith(assetBase);
    const url = isOurs ? new URL(specifier, parentURL).href : specifier;
    if (!url.startsWith(assetBase)) return next(specifier, context);
    return { url, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(assetBase)) return next(url, context);
    const source = getAsset(url.slice(assetBase.length), 'utf8');
    return { source, format: 'module', shortCircuit: true };
  },
});
