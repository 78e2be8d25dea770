/** A package in package-lock.json, as far as this check looks at it. */
export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Packages that a locked package needs and the lock does not have. `npm ci` refuses
 * such a lock, also when what is missing is for another kind of machine: npm leaves
 * those out when the registry did not have them at the time.
 */
export function missingFromLock(packages: Readonly<Record<string, LockedPackage>>): string[] {
  const names = Object.keys(packages);
  return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !names.some((known) => known.endsWith(`node_modules/${name}`)))
      .map((name) => `${path === '' ? 'package.json' : path} needs ${name}`),
  );
}
