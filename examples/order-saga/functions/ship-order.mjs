class NoCourier extends Error {
  name = 'NoCourier';
}

export async function handler({ orderId, country }) {
  if (country === 'ATLANTIS') throw new NoCourier(`nobody delivers to ${country}`);
  return { trackingId: `T-${orderId}` };
}
