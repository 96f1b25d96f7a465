/** A partition has so much to do that it begins nothing new; what is under way goes on. Asking again later helps. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  constructor(partition: number) {
    super(`partition ${partition} has more to do than it can take: what is under way goes first`);
  }
}
