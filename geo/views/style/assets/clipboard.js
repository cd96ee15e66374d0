// Copying, as far as the browser lets a page do it.

/**
 * Put text on the clipboard, and tell whether that was done.
 * @param {string} text
 */
export async function copies(text) {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  return Boolean(done);
}
