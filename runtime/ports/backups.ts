/** Copies of a store, made while it is used. */
export interface Backups {
  /**
   * Writes a copy into `directory`, which is made when it is absent: a store of its own, with all that was committed
   * before, and of each commit meanwhile all or nothing. It is on disk when this resolves.
   *
   * @throws {DirectoryNotEmpty} nothing was written.
   * @throws Node's error: the directory cannot be written, or has no room; what was written is gone again.
   */
  backup(directory: string): Promise<void>;
}

export class DirectoryNotEmpty extends Error {
  override readonly name = 'DirectoryNotEmpty';
}
