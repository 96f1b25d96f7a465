/**
 * This node does not own the partition (any more). What was asked may have been decided all the same, when the loss came
 * in between: whoever asks again at the owner must ask for something that can be asked twice.
 */
export class NotOwner extends Error {
  override readonly name = 'NotOwner';
  readonly partition: number;

  constructor(partition: number, options?: ErrorOptions) {
    super(`this node does not own partition ${partition}`, options);
    this.partition = partition;
  }
}
