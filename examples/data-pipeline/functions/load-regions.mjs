export async function handler() {
  return { Berlin: 'EMEA', Zurich: 'EMEA', Lyon: 'EMEA', Boston: 'AMER', Austin: 'AMER' };
}
