export async function handler({ sale, rates }) {
  const rate = rates[sale.currency];
  if (rate === undefined) throw new Error(`no rate for ${sale.currency}`);
  return { id: sale.id, city: sale.city, euros: Math.round(sale.amount * rate * 100) / 100 };
}
