/** Ids and secrets as the runtime draws them: one implementation asks the machine, the simulator's follow its seed. */
export interface Random {
  /** A version 4 UUID, unguessable. */
  uuid(): string;
}
