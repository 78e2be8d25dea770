/** From when on a check of a program complains. */
export interface HealthLimits {
  /** Seconds that the oldest result may wait. */
  readonly warningAge: number;
  readonly criticalAge: number;
}

export const healthLimitsDefault: HealthLimits = { warningAge: 300, criticalAge: 1_800 };

/** A queue that is fuller than this, of 1, is worth a warning: there is time to do something. */
export const fullWarning = 0.8;
/** And this is late. */
export const fullCritical = 0.95;
