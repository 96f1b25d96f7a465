/** Takes what the first function returned, and adds to it. */
export async function handler(event) {
  return { ...event, letters: event.greeting.length };
}
