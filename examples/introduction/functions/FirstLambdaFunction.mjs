/** Greets whoever the input names. */
export async function handler(event) {
  return { who: event.who ?? 'world', greeting: `Hello, ${event.who ?? 'world'}!` };
}
