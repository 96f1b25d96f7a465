interface Sale {
  readonly id: number;
  readonly city: string;
  readonly euros: number;
}

interface Event {
  readonly sales: readonly Sale[];
  readonly regions: Readonly<Record<string, string>>;
}

/** TypeScript is compiled when the function is first called. */
export async function handler({ sales, regions }: Event): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { city, euros } of sales) {
    const region = regions[city] ?? 'elsewhere';
    sums[region] = (sums[region] ?? 0) + euros;
  }
  return sums;
}
