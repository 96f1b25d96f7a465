/** Euros for one unit of each currency. */
export async function handler() {
  return { USD: 0.9, CHF: 1.05 };
}
