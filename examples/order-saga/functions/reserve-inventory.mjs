const STOCK = { teapot: 3, cup: 12 };

class OutOfStock extends Error {
  name = 'OutOfStock';
}

export async function handler({ orderId, items }) {
  for (const { sku, quantity } of items) {
    const left = STOCK[sku] ?? 0;
    if (left < quantity) throw new OutOfStock(`${left} of ${sku} left, ${quantity} wanted`);
  }
  return { reservationId: `R-${orderId}`, items };
}
