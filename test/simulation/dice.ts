import { Dice as SeededDice } from '../../cli/chaos/dice.ts';

/** All that is random in a run, drawn from its seed. */
export class Dice extends SeededDice {
  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
