/** A bug that breaks a rule which nodes rely on. */
export interface PlantedBug {
  readonly bug: string;
  /** Puts it into every node there is from now on. @returns how to end that. */
  readonly plant: () => () => void;
}

/** Ends several at once. */
export function all(...ends: readonly (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}
